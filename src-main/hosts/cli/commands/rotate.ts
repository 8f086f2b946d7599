import { Option } from 'commander'
import { explain, fail, type Failure } from '../../../../src-contract/failures.ts'
import type { RotationPlan } from '../../../../src-contract/views.ts'
import { needsYes } from '../complaint.ts'
import { confirmText } from '../confirm-text.ts'
import type { Context } from '../context.ts'
import type { Definition } from '../definition.ts'
import { exitOfResults } from '../exit-code.ts'
import { wholeNumber } from '../flags.ts'
import { rotateGuided } from '../guided.ts'
import { showLive } from '../live-results.ts'
import { readSelection, type Selected, type SelectionFlags } from '../names.ts'
import { hasLedger } from '../settings.ts'
import { undone } from '../undone.ts'

type Options = SelectionFlags & {
  readonly yes?: boolean
  readonly json?: boolean
  readonly concurrency?: number
  readonly dryRun?: boolean
  readonly unproven?: boolean
}

export const rotate: Definition = {
  define: (command) =>
    command
      .argument('[name...]', 'the credentials')
      .option('--all', 'every credential')
      .option('--due', 'those past their age, or within 7 days of expiry')
      .option('--tag <t>', 'with --all or --due: only those with the tag')
      .option('--vendor <v>', 'with --all or --due: only those of the vendor')
      .option('--yes', 'do not ask')
      .addOption(new Option('--json', 'print a JSON line each, as it ends'))
      .option('--concurrency <n>', 'so many at once (16)', wholeNumber(1, 256))
      .option('--dry-run', 'look whether everything is in place, and send nothing')
      .option('--unproven', 'do not ask first whether the old key works'),
  examples: [
    'rekey rotate prod/scrapebit',
    'rekey rotate --due --yes --json',
    'rekey rotate --all --vendor conjur --dry-run',
  ],
  isRotation: true,
  run: async (context, command) => {
    const options = command.opts<Options>()
    const { call, refuse } = context
    const selection = readSelection(command.args, options, 'rotate')
    if (!selection.ok) return refuse(selection.failure)
    const isAsked = options.yes !== true && options.dryRun !== true
    // where nobody can be asked, no data folder is made for finding out what to ask
    if (isAsked && context.terminal === null && !hasLedger(context.env)) return refuse(killsOldKey())
    const planned = await call('rotation.plan', selection.value)
    if (!planned.ok) {
      // whether somebody can be asked comes before what is wrong with the home
      const isStuck = isAsked && context.terminal === null && explain(planned.failure).exit === 5
      return refuse(isStuck ? killsOldKey() : planned.failure)
    }
    const plans = planned.value
    const [only] = plans
    if (plans.length === 1 && only?.guided && 'names' in selection.value && options.dryRun !== true)
      return rotateGuided(context, only)
    if (isAsked && plans.some((plan) => plan.strategy === 'in-place')) {
      if (context.terminal === null) return refuse(killsOldKey())
      for (const line of confirmText(plans, context.out.paint('stderr'))) context.out.note(line)
      const sure = await context.terminal.confirm(
        plans.length === 1 ? 'rotate it now?' : `rotate ${plans.length} keys now?`,
      )
      if (!sure.ok || !sure.value) return leaveAll(context, plans)
    }
    return runAll(context, selection.value, plans, options)
  },
}

const killsOldKey = (): Failure => needsYes('rotating kills the old key')

/** The person said no: nothing is rotated, and each one that was named says so where lines are read by a program. */
function leaveAll({ out, refuse }: Context, plans: readonly RotationPlan[]): number {
  const why = fail('cancelled')
  if (!out.isJson) return refuse(why)
  const results = plans.map((plan) => undone(plan, 'cancelled', why))
  for (const result of results) out.json(result)
  return exitOfResults(results)
}

async function runAll(
  context: Context,
  selection: Selected,
  plans: readonly RotationPlan[],
  options: Options,
): Promise<number> {
  const { call, out, refuse } = context
  const width = Math.max(0, ...plans.map((plan) => plan.name.length))
  const stop = showLive(context, plans.length, width)
  const done = await call('rotation.run', {
    selection,
    dryRun: options.dryRun === true,
    unproven: options.unproven === true,
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
  })
  stop(done.ok ? done.value : [])
  if (!done.ok) return refuse(done.failure)
  if (done.value.length === 0) out.note('nothing is due')
  return exitOfResults(done.value)
}
