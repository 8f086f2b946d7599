/**
 * A rotation that a person does in the vendor's dashboard. On a terminal: the steps, the link, the expiry, a hidden prompt; a
 * failed paste changes nothing. From a pipe: the new key is the input; an empty one, or silence for 10 s, is needs-person.
 */
import { escapeText } from '../../../src-contract/escape.ts'
import { explain, fail, type Failure } from '../../../src-contract/failures.ts'
import { outcomes } from '../../../src-contract/outcomes.ts'
import type { Result } from '../../../src-contract/result.ts'
import type { RotationPlan, RotationResult } from '../../../src-contract/views.ts'
import type { Context } from './context.ts'
import { exitOfResult, worst } from './exit-code.ts'
import { parseSecrets, readPipe } from './read-secret.ts'
import { hintLine, resultLine } from './result-line.ts'
import type { Terminal } from './terminal.ts'
import { undone } from './undone.ts'

const SILENCE_MS = 10_000
const TRIES = 3

export async function rotateGuided(context: Context, plan: RotationPlan): Promise<number> {
  return context.terminal === null ? fromPipe(context, plan) : withPerson(context, plan, context.terminal)
}

/** A key that is no key is bad input; whatever else stands in the way is this credential's ending, open if it waits already. */
function notTaken(context: Context, plan: RotationPlan, failure: Failure, rotationId: string | null): number {
  const { exit } = explain(failure)
  if (!context.out.isJson || exit < 3) return context.refuse(failure)
  const result = undone(plan, rotationId === null ? 'not-started' : 'waiting', failure, rotationId)
  context.out.json(result)
  return worst([exitOfResult(result), rotationId === null ? 0 : exit])
}

function finish(context: Context, plan: RotationPlan, rotationId: string, done: Result<RotationResult>): number {
  const { out } = context
  if (!done.ok) return notTaken(context, plan, done.failure, rotationId)
  if (out.isJson) out.json(done.value)
  else {
    out.result(resultLine(done.value, out.paint('stdout')))
    const hint = hintLine(done.value, out.paint('stdout'))
    if (hint !== null) out.result(hint)
  }
  return exitOfResult(done.value)
}

async function fromPipe(context: Context, plan: RotationPlan): Promise<number> {
  const { call, out, stdin, stopping, refuse } = context
  const text = stdin.isTTY === true ? null : await readPipe(stdin, { signal: stopping.signal, silenceMs: SILENCE_MS })
  if (text?.ok === false) return notTaken(context, plan, text.failure, null)
  if (text === null || text.value.trim() === '') {
    const why = fail('needs-person', { vendor: plan.vendorName, name: plan.name })
    const result = undone(plan, 'needs-person', why)
    if (out.isJson) out.json(result)
    else {
      out.result(resultLine(result, out.paint('stdout')))
      out.note(`  ${result.hint}`)
    }
    return exitOfResult(result)
  }
  const secrets = parseSecrets(text.value, [`new key of ${plan.name}`])
  if (!secrets.ok) return refuse(secrets.failure)
  const [key] = secrets.value
  if (!key) return refuse(fail('empty-secret'))
  const begun = await call('guided.begin', { name: plan.name })
  if (!begun.ok) return notTaken(context, plan, begun.failure, null)
  return finish(
    context,
    plan,
    begun.value.rotationId,
    await call('guided.paste', { name: plan.name, secret: key.use((value) => value), expiryDays: null }),
  )
}

async function withPerson(context: Context, plan: RotationPlan, terminal: Terminal): Promise<number> {
  const { call, out, refuse } = context
  const { guided } = plan
  if (guided === null) return refuse(fail('needs-person', { vendor: plan.vendorName, name: plan.name }))
  // durable before anybody is sent to the dashboard
  const begun = await call('guided.begin', { name: plan.name })
  if (!begun.ok) return notTaken(context, plan, begun.failure, null)
  const paint = out.paint('stderr')
  out.note(paint('bold', `${escapeText(plan.vendorName)} rotates in its dashboard only:`))
  guided.steps.forEach((step, index) => out.note(`  ${index + 1}  ${escapeText(step)}`))
  for (const consequence of plan.consequences) out.note(paint('dim', `  - ${escapeText(consequence)}`))
  out.note(`\n  ${escapeText(guided.dashboardUrl)}\n`)
  let last: RotationResult | null = null
  const leave = (): number => leaveWaiting(context, plan, begun.value.rotationId, last)
  let expiryDays: number | null = null
  if (guided.expiryChoices.length > 0) {
    const chosen = await terminal.choose(
      'which expiry did you choose there?',
      guided.expiryChoices.map(({ label }) => label),
    )
    if (!chosen.ok) return leave()
    expiryDays = guided.expiryChoices[chosen.value]?.days ?? null
  }
  for (let left = TRIES; left > 0; left -= 1) {
    const typed = await terminal.hidden(`new key of ${plan.name}`)
    if (!typed.ok) return leave()
    const secrets = typed.value.use((value) => parseSecrets(value, [plan.name]))
    const [key] = secrets.ok ? secrets.value : []
    if (!secrets.ok || !key) {
      out.note(`  ${explain(secrets.ok ? fail('empty-secret') : secrets.failure).message}`)
      continue
    }
    const done = await call('guided.paste', { name: plan.name, secret: key.use((value) => value), expiryDays })
    if (!done.ok || done.value.outcome !== 'waiting') return finish(context, plan, begun.value.rotationId, done)
    last = done.value
    out.note(`  ${escapeText(last.message)}`)
  }
  return leave()
}

function leaveWaiting({ out }: Context, plan: RotationPlan, rotationId: string, last: RotationResult | null): number {
  const next = `rekey rotate ${plan.name} goes on`
  if (out.isJson) out.json(last ?? undone(plan, 'waiting', { message: outcomes.waiting.says, hint: next }, rotationId))
  else out.note(`${plan.name} is waiting for its new key: ${next}`)
  return outcomes.waiting.exit
}
