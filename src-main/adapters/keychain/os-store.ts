/**
 * The OS keychain, through keytar in a child process. Calls take turns. A call that brings no answer costs the child its
 * life; what a write then came to is read back by a fresh one, and only what was seen is said: written, not written, or
 * unknown. A locked item reads as null and deletes as false, like an absent one: absence is believed only of a store
 * that has just kept and given back a sentinel. One item a name: a second item under the same name (made by another
 * program) is noticed when a read-back shows its value in place of ours. A person who refused to unlock it, or did not
 * answer, is not asked again for each call that stood in line meanwhile.
 */
import { randomBytes } from 'node:crypto'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { Item, SecretStore, WriteResult } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'
import { type Answer, type Call, childCaller } from './child-caller.ts'
import { spawnChild, type StartChild } from './child-link.ts'
import { itemProblem, valueProblem } from './item-rules.ts'
import { moduleFailure, readTrouble, type Trouble } from './keytar-errors.ts'
import type { Named, ReplyValue } from './child-protocol.ts'
import { type Turn, turns } from './turns.ts'

export type OsStoreOptions = {
  /** dist/keychain-child.js; unused with `startChild`. */
  readonly childPath: string
  readonly nodePath?: string
  /** The session's environment; by default this process's own. */
  readonly env?: NodeJS.ProcessEnv
  readonly deadlineMs?: number
  /** A person can answer a desktop prompt: calls may take 120 s. */
  readonly interactive: boolean
  /** Called once a call that takes longer than `waitingAfterMs`, with a sentence for the person. */
  readonly onWaiting?: (sentence: string) => void
  readonly waitingAfterMs?: number
  /** A read that showed nothing after so long may have been a prompt that was dismissed. */
  readonly promptAfterMs?: number
  /** What one item holds in UTF-8 bytes; by default 2,560 on Windows and without limit elsewhere. */
  readonly maxBytes?: number | null
  readonly platform?: NodeJS.Platform
  /** How a host without Node at hand starts the child (Electron: utilityProcess). */
  readonly startChild?: StartChild
}

export type OsStore = SecretStore & {
  /** Starts the child and its connection ahead of the first call. Says nothing of the keychain's health. */
  warm(): Promise<void>
}

type ItemTurn = Turn & { readonly named: Named }

const keyOf = ({ service, account }: Named): string => `${service} ${account}`
const turnOf = (item: Item, kind: Turn['kind']): ItemTurn => ({ item: keyOf(item), kind, named: item })

/** As many keys as a bulk rotation asks its vendors for at once. */
const MOST_AT_ONCE = 16

const promptDeadlineMs = 120_000
const readBackDeadlineMs = 10_000
const waitingSentence = 'the keychain has not answered yet; it may be asking you to unlock it'

const backends: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
  linux: 'Secret Service by libsecret',
}

/** Opens nothing yet: the child starts with the first call, or with `warm`. */
export function openOsStore(options: OsStoreOptions): OsStore {
  const platform = options.platform ?? process.platform
  const deadlineMs = options.deadlineMs ?? (options.interactive ? promptDeadlineMs : 10_000)
  const maxBytes = options.maxBytes === undefined ? (platform === 'win32' ? 2560 : null) : options.maxBytes
  const caller = childCaller(
    options.startChild ??
      (() =>
        spawnChild({
          childPath: options.childPath,
          nodePath: options.nodePath ?? process.execPath,
          env: options.env ?? process.env,
        })),
  )
  const takeTurn = turns<ItemTurn>()
  /** What the reads that come next will find: nothing else takes a turn between them. */
  const ahead = new Map<string, string>()

  // what everybody who stood in line by then is told in place of a turn
  let refusal: { readonly failure: Failure; readonly at: number } | null = null
  let timeoutsInARow = 0
  const refuseLine = (failure: Failure): Failure => {
    refusal = { failure, at: performance.now() }
    return failure
  }
  const inTurn = <T>(
    task: (behind: readonly ItemTurn[]) => Promise<T>,
    refused: (failure: Failure) => T,
    turn?: ItemTurn,
  ): Promise<T> => {
    const cameAt = performance.now()
    return takeTurn((behind) => {
      const isRefused = refusal !== null && refusal.at >= cameAt
      if (isRefused || turn?.kind !== 'read') ahead.clear()
      return isRefused && refusal ? Promise.resolve(refused(refusal.failure)) : task(behind)
    }, turn)
  }

  const attempt = async (call: Call, limitMs: number): Promise<Answer> => {
    const timer = setTimeout(() => options.onWaiting?.(waitingSentence), options.waitingAfterMs ?? 2000)
    const answer = await caller.call(call, limitMs)
    clearTimeout(timer)
    return answer
  }

  const troubleOf = (call: Call, answer: Exclude<Answer, { kind: 'value' }>, limitMs: number): Trouble => {
    switch (answer.kind) {
      case 'error':
        return readTrouble(answer.text, call.op === 'set' ? call.value : null)
      case 'no-module':
        return { failure: moduleFailure(answer.text, platform), mayHaveLanded: 'no', isStale: false }
      case 'timeout':
        return {
          failure: fail('keychain-timeout', { seconds: String(Math.ceil(limitMs / 1000)) }),
          mayHaveLanded: 'maybe',
          isStale: false,
        }
      case 'died':
        return answer.sent
          ? { failure: fail('keychain-died'), mayHaveLanded: 'maybe', isStale: false }
          : {
              failure: fail('keychain-unavailable', { why: 'rekey’s keychain process does not start' }),
              mayHaveLanded: 'no',
              isStale: true,
            }
    }
  }

  type Told = { readonly ok: true; readonly value: ReplyValue } | { readonly ok: false; trouble: Trouble }

  /** One call; once more in a fresh child where the first certainly never left, or where repeating is harmless. */
  const ask = async (call: Call, limitMs = deadlineMs): Promise<Told> => {
    for (let isLast = false; ; isLast = true) {
      const answer = await attempt(call, limitMs)
      timeoutsInARow = answer.kind === 'timeout' ? timeoutsInARow + 1 : 0
      if (answer.kind === 'value') return { ok: true, value: answer.value }
      const trouble = troubleOf(call, answer, limitMs)
      // one may be this child's own: a daemon that was started anew never answers it again
      if (trouble.failure.code === 'keychain-locked' || timeoutsInARow > 1) refuseLine(trouble.failure)
      if (trouble.failure.code !== 'keychain-locked') caller.replace()
      const isRepeatable = trouble.isStale || (call.op.startsWith('get') && trouble.failure.code === 'keychain-died')
      if (isLast || !isRepeatable) return { ok: false, trouble }
    }
  }

  const get = async (item: Item, limitMs = deadlineMs): Promise<Result<string | null>> => {
    const told = await ask({ op: 'get', ...item }, limitMs)
    if (!told.ok) return err(told.trouble.failure)
    return ok(typeof told.value === 'string' ? told.value : null)
  }

  /** What a write that was acknowledged reads back: in the same call, or where that showed nothing, in one of its own. */
  const readBackOf = async (value: ReplyValue, item: Item, limitMs = deadlineMs): Promise<Result<string | null>> =>
    typeof value === 'string' ? ok(value) : get(item, limitMs)

  /** The item, and in the same call what the reads behind it ask for. What that does not bring is read in its turn. */
  const getAhead = async (item: Item, behind: readonly ItemTurn[]): Promise<Result<string | null>> => {
    const known = ahead.get(keyOf(item))
    if (known !== undefined) {
      ahead.delete(keyOf(item))
      return ok(known)
    }
    if (behind.length === 0) return get(item)
    const next = behind.slice(0, MOST_AT_ONCE - 1)
    const told = await ask({ op: 'get-all', ...item, behind: next.map(({ named }) => named) })
    if (!told.ok) return err(told.trouble.failure)
    const [own, ...others]: readonly string[] = Array.isArray(told.value) ? told.value : []
    others.forEach((value, index) => ahead.set(next[index]?.item ?? '', value))
    return ok(own ?? null)
  }

  const proveNow = async (limitMs = deadlineMs): Promise<Result<void>> => {
    const item: Item = { service: 'rekey-internal', account: `sentinel-${randomBytes(12).toString('hex')}` }
    const value = randomBytes(12).toString('hex')
    const set = await ask({ op: 'set', ...item, value }, limitMs)
    if (!set.ok) return err(set.trouble.failure)
    const seen = await readBackOf(set.value, item, limitMs)
    const removed = await ask({ op: 'delete', ...item }, limitMs)
    if (!seen.ok) return seen
    if (!removed.ok) return err(removed.trouble.failure)
    if (seen.value === null || removed.value !== true) return err(refuseLine(fail('keychain-locked')))
    if (seen.value !== value)
      return err(fail('keychain-unavailable', { why: 'it gave back another value than it took' }))
    return ok(undefined)
  }

  /** Nothing at once is nothing, or locked without a word; nothing after a while may be a prompt that was dismissed. */
  const readNow = async (item: Item, behind: readonly ItemTurn[]): Promise<Result<Secret | null>> => {
    const startedAt = performance.now()
    let seen = await getAhead(item, behind)
    if (seen.ok && seen.value === null && performance.now() - startedAt >= (options.promptAfterMs ?? 300)) {
      const proof = await proveNow()
      if (!proof.ok) return proof
      seen = await get(item)
    }
    return seen.ok ? ok(seen.value === null ? null : Secret.of(seen.value)) : seen
  }

  /** A locked item is not deleted, and no prompt is shown for it; the proof shows one, so there are two attempts. */
  const removeNow = async (item: Item): Promise<Result<void>> => {
    for (let isLast = false; ; isLast = true) {
      const told = await ask({ op: 'delete', ...item })
      if (!told.ok) return err(told.trouble.failure)
      const proof = await proveNow()
      if (!proof.ok) return proof
      const seen = await get(item)
      if (!seen.ok) return seen
      if (seen.value === null) return ok(undefined)
      // somebody made it again
      if (told.value === true) return err(fail('keychain-changed', { item: item.account }))
      if (isLast) return err(fail('keychain-locked'))
    }
  }

  /** Where the keychain acknowledged the write: it must show our value, and nobody else's. */
  const confirm = async (item: Item, value: string, told: ReplyValue): Promise<WriteResult> => {
    const seen = await readBackOf(told, item)
    if (!seen.ok) return { kind: 'unknown', failure: fail('keychain-write-unknown') }
    if (seen.value === value) return { kind: 'written' }
    const code = seen.value === null ? 'keychain-locked-or-item-missing' : 'keychain-changed'
    return { kind: 'unknown', failure: fail(code, { item: item.account }) }
  }

  /**
   * Where nothing was acknowledged. The daemon answers in the order in which it was asked, so another value seen now
   * means that the write did not and will not land; a missing item means so only if the keychain is not locked.
   */
  const readBack = async (item: Item, value: string, cause: Failure): Promise<WriteResult> => {
    const limitMs = Math.min(deadlineMs, readBackDeadlineMs)
    const unknown: WriteResult = { kind: 'unknown', failure: fail('keychain-write-unknown') }
    let seen = await get(item, limitMs)
    if (seen.ok && seen.value === null) {
      if (!(await proveNow(limitMs)).ok) return unknown
      seen = await get(item, limitMs)
    }
    if (!seen.ok) return unknown
    return seen.value === value ? { kind: 'written' } : { kind: 'not-written', failure: cause }
  }

  return {
    kind: 'os',
    prove: () => inTurn<Result<void>>(() => proveNow(), err),
    read: async (item) => {
      const problem = itemProblem(item)
      if (problem) return err(problem)
      return inTurn<Result<Secret | null>>((behind) => readNow(item, behind), err, turnOf(item, 'read'))
    },
    write: (item, secret) =>
      inTurn<WriteResult>(
        async () => {
          const problem = itemProblem(item) ?? valueProblem(secret, maxBytes)
          if (problem) return { kind: 'not-written', failure: problem }
          const value = secret.use((text) => text)
          const told = await ask({ op: 'set', ...item, value })
          if (told.ok) return confirm(item, value, told.value)
          const { failure, mayHaveLanded } = told.trouble
          return mayHaveLanded === 'no' ? { kind: 'not-written', failure } : readBack(item, value, failure)
        },
        (failure) => ({ kind: 'not-written', failure }),
        turnOf(item, 'write'),
      ),
    remove: (item) =>
      inTurn<Result<void>>(async () => {
        const problem = itemProblem(item)
        return problem ? err(problem) : removeNow(item)
      }, err),
    describe: () =>
      inTurn<Result<string>>(async () => {
        const proof = await proveNow()
        return proof.ok ? ok(`${backends[platform] ?? platform}, unlocked`) : proof
      }, err),
    warm: () =>
      takeTurn(async () => {
        await caller.call({ op: 'get', service: 'rekey-internal', account: 'warm' }, deadlineMs)
      }),
    close: () => takeTurn(async () => caller.replace()),
  }
}
