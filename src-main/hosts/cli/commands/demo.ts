/**
 * `rekey demo`: the whole story in a few seconds, with nothing at stake. Five vendors on this machine, a key at each, a
 * rotation of all, a crash at the worst moment and its recovery, and the proof. Needs nothing and asks nothing.
 */
import { join } from 'node:path'
import { escapeText } from '../../../../src-contract/escape.ts'
import type { Failure } from '../../../../src-contract/failures.ts'
import type { Result } from '../../../../src-contract/result.ts'
import type { CredentialView, RotationResult } from '../../../../src-contract/views.ts'
import type { Context } from '../context.ts'
import { rehearseCrash } from '../demo/rehearse-crash.ts'
import { openStage, type Stage } from '../demo/stage.ts'
import { padTo } from '../width.ts'
import { vendorIds, type VendorId } from '../../../sandbox/vendor-id.ts'

const VICTIM: VendorId = 'projectdiscovery'

class Stumble extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.code)
    this.failure = failure
  }
}

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Stumble(result.failure)
  return result.value
}

const nameOf = (vendor: VendorId): string => `demo/${vendor}`

export async function runDemo(context: Context): Promise<number> {
  const started = performance.now()
  const entries = {
    courier: join(import.meta.dirname, '../courier.js'),
    keychain: join(import.meta.dirname, '../keychain-child.js'),
  }
  const stage = await openStage(entries)
  const say = teller(context)
  try {
    const { app } = stage
    say.head('five vendors on this machine, a key at each')
    const firstKeys = await addAll(stage, say)

    say.head('all of them, replaced at once')
    const plain = vendorIds.filter((vendor) => vendor !== 'userplane')
    const results = must(await app.call('rotation.run', { selection: { names: plain.map(nameOf) } }))
    for (const result of results) say.result(result)
    say.result(await guided(stage))

    say.head('and if rekey dies at the worst moment?')
    const secondKeys = await keysNow(stage)
    const isKilled = await rehearseCrash(stage, nameOf(VICTIM), VICTIM, join(import.meta.dirname, '../cli.js'))
    say.line(
      isKilled
        ? 'killed (SIGKILL) after the vendor had replaced the key, before its answer came'
        : 'the crash came too late to matter',
    )
    say.line('the courier, a process of its own, stayed and sealed the answer')
    const recovered = must(await app.call('rotation.recover', {}))
    for (const result of recovered) say.result(result)

    say.head('asked at the vendors, key by key')
    const isTrue = await prove(stage, say, firstKeys, secondKeys)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const isWell = isTrue && isKilled && [...results, ...recovered].every((result) => result.outcome === 'rotated')
    say.end(isWell ? `no key lost, none asked for twice; ${seconds} s` : 'something is not as it should be: see above')
    return isWell ? 0 : 1
  } catch (error) {
    if (error instanceof Stumble) return context.refuse(error.failure)
    throw error
  } finally {
    await stage.close()
  }
}

async function addAll(stage: Stage, say: Teller): Promise<ReadonlyMap<VendorId, string>> {
  const keys = new Map<VendorId, string>()
  for (const vendor of vendorIds) {
    const at = stage.sandbox.vendors[vendor]
    const added = must(
      await stage.app.call('credential.add', {
        vendor,
        name: nameOf(vendor),
        secret: at.key,
        baseUrl: at.baseUrl,
        inputs: { ...at.inputs },
        secretInputs: { ...at.secretInputs },
        tags: ['demo'],
      }),
    )
    keys.set(vendor, at.key)
    say.added(added.credential)
  }
  return keys
}

async function guided(stage: Stage): Promise<RotationResult> {
  const name = nameOf('userplane')
  must(await stage.app.call('guided.begin', { name }))
  const key = stage.sandbox.dashboardRotate('userplane', undefined, { expiryDays: 90 })
  return must(await stage.app.call('guided.paste', { name, secret: key, expiryDays: 90 }))
}

async function keysNow(stage: Stage): Promise<ReadonlyMap<VendorId, string>> {
  const keys = new Map<VendorId, string>()
  for (const vendor of vendorIds) {
    keys.set(vendor, must(await stage.app.call('credential.reveal', { name: nameOf(vendor) })).secret)
  }
  return keys
}

async function prove(
  stage: Stage,
  say: Teller,
  first: ReadonlyMap<VendorId, string>,
  second: ReadonlyMap<VendorId, string>,
): Promise<boolean> {
  const now = await keysNow(stage)
  const dead = [...first, ...[...second].filter(([vendor]) => vendor === VICTIM)]
  const isDead = dead.every(([vendor, key]) => stage.sandbox.keyState(vendor, key) === 'dead')
  const isAlive = [...now].every(([vendor, key]) => stage.sandbox.keyState(vendor, key) === 'works')
  for (const [vendor, key] of now) {
    say.proof(vendor, stage.sandbox.keyState(vendor, first.get(vendor) ?? ''), stage.sandbox.keyState(vendor, key))
  }
  return isDead && isAlive
}

type Teller = ReturnType<typeof teller>

function teller({ out }: Context) {
  const paint = out.paint('stdout')
  const light = (state: string): string => (state === 'works' ? paint('green', '● works') : paint('dim', '○ dead '))
  const tail = (text: string | null): string => paint('dim', text === null ? '' : `…${escapeText(text)}`)
  return {
    head: (text: string) => out.result(`\n${paint('bold', text)}`),
    line: (text: string) => out.result(`  ${text}`),
    end: (text: string) =>
      out.result(`\n${paint('bold', text)}\n${paint('dim', 'try it with your own: rekey add --help')}`),
    added: (view: CredentialView) =>
      out.result(
        `  ${paint('green', '+')} ${padTo(view.name, 24)} ${padTo(escapeText(view.subject ?? ''), 26)} ${tail(view.tail)}`,
      ),
    result: (result: RotationResult) => {
      const mark = result.outcome === 'rotated' ? paint('green', '✓') : paint('yellow', '!')
      const took = paint('dim', `${result.durationMs} ms`)
      out.result(
        `  ${mark} ${padTo(result.name, 24)} ${padTo(escapeText(result.message), 38)} ${tail(result.newKey?.tail ?? null)}  ${took}`,
      )
    },
    proof: (vendor: VendorId, old: string, fresh: string) =>
      out.result(`  ${padTo(vendor, 18)} first key ${light(old)}   key in rekey ${light(fresh)}`),
  }
}
