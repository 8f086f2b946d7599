/**
 * A rotation that a person does in the vendor's dashboard. On a terminal: the steps, the link, the expiry, a hidden prompt; a
 * failed paste changes nothing. From a pipe: the new key is the input; an empty one, or silence for 10 s, is needs-person.
 */
import { escapeText } from '../../../src-contract/escape.ts'
import { explain, fail } from '../../../src-contract/failures.ts'
import type { Result } from '../../../src-contract/result.ts'
import type { RotationPlan, RotationResult } from '../../../src-contract/views.ts'
import type { Context } from './context.ts'
import { exitOfResult } from './exit-code.ts'
import { parseSecrets, readPipe } from './read-secret.ts'
import { hintLine, resultLine } from './result-line.ts'
import type { Terminal } from './terminal.ts'

const SILENCE_MS = 10_000
const TRIES = 3

export async function rotateGuided(context: Context, plan: RotationPlan): Promise<number> {
  return context.terminal === null ? fromPipe(context, plan) : withPerson(context, plan, context.terminal)
}

function finish({ out, refuse }: Context, done: Result<RotationResult>): number {
  if (!done.ok) return refuse(done.failure)
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
  if (text?.ok === false) return refuse(text.failure)
  if (text === null || text.value.trim() === '') {
    const { message, hint } = explain(fail('needs-person', { vendor: plan.vendorName, name: plan.name }))
    const result = {
      v: 1,
      name: plan.name,
      vendor: plan.vendor,
      rotationId: null,
      outcome: 'needs-person',
      settled: true,
      code: 'needs-person',
      oldKey: 'unknown',
      newKey: null,
      message,
      hint,
      durationMs: 0,
    } as const
    if (out.isJson) out.json(result)
    else {
      out.result(resultLine(result, out.paint('stdout')))
      out.note(`  ${hint}`)
    }
    return exitOfResult(result)
  }
  const secrets = parseSecrets(text.value, [`new key of ${plan.name}`])
  if (!secrets.ok) return refuse(secrets.failure)
  const [key] = secrets.value
  if (!key) return refuse(fail('empty-secret'))
  const begun = await call('guided.begin', { name: plan.name })
  if (!begun.ok) return refuse(begun.failure)
  return finish(
    context,
    await call('guided.paste', { name: plan.name, secret: key.use((value) => value), expiryDays: null }),
  )
}

async function withPerson(context: Context, plan: RotationPlan, terminal: Terminal): Promise<number> {
  const { call, out, refuse } = context
  const { guided } = plan
  if (guided === null) return refuse(fail('needs-person', { vendor: plan.vendorName, name: plan.name }))
  // durable before anybody is sent to the dashboard
  const begun = await call('guided.begin', { name: plan.name })
  if (!begun.ok) return refuse(begun.failure)
  const paint = out.paint('stderr')
  out.note(paint('bold', `${escapeText(plan.vendorName)} rotates in its dashboard only:`))
  guided.steps.forEach((step, index) => out.note(`  ${index + 1}  ${escapeText(step)}`))
  for (const consequence of plan.consequences) out.note(paint('dim', `  - ${escapeText(consequence)}`))
  out.note(`\n  ${escapeText(guided.dashboardUrl)}\n`)
  const waits = `${plan.name} is waiting for its new key: rekey rotate ${plan.name} goes on`
  let expiryDays: number | null = null
  if (guided.expiryChoices.length > 0) {
    const chosen = await terminal.choose(
      'which expiry did you choose there?',
      guided.expiryChoices.map(({ label }) => label),
    )
    if (!chosen.ok) return leave(context, waits)
    expiryDays = guided.expiryChoices[chosen.value]?.days ?? null
  }
  for (let left = TRIES; left > 0; left -= 1) {
    const typed = await terminal.hidden(`new key of ${plan.name}`)
    if (!typed.ok) return leave(context, waits)
    const secrets = typed.value.use((value) => parseSecrets(value, [plan.name]))
    const [key] = secrets.ok ? secrets.value : []
    if (!secrets.ok || !key) {
      out.note(`  ${explain(secrets.ok ? fail('empty-secret') : secrets.failure).message}`)
      continue
    }
    const done = await call('guided.paste', { name: plan.name, secret: key.use((value) => value), expiryDays })
    if (!done.ok || done.value.outcome !== 'waiting') return finish(context, done)
    out.note(`  ${escapeText(done.value.message)}`)
  }
  return leave(context, waits)
}

function leave({ out }: Context, sentence: string): number {
  out.note(sentence)
  return 4
}
