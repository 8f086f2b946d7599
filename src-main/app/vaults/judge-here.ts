/** Judging against what is kept here at this moment, for which what a crash left is undone first and keychains are opened. */
import { ok, type Result } from '../../../src-contract/result.ts'
import type { PreviewEntry } from '../../../src-contract/vault-views.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import type { Custody } from '../../core/credentials/custody.ts'
import type { VaultEntry } from '../../formats/define-format.ts'
import { outcomeOf, type Context } from '../context.ts'
import { isSame } from './compare.ts'
import { nameOf } from './entry-name.ts'
import { entryView } from './entry-view.ts'
import { judge, judging, type Judged, type KeptHere, type Sayings } from './judge.ts'
import type { Judgement, Preview } from './open-previews.ts'
import { undoImports } from './undo-imports.ts'

/** The same as when the file was read, if nobody said anything since and everything here is as it was. */
export async function judgeHere(
  context: Context,
  { judged, grounds }: Preview,
  said: Sayings,
): Promise<Result<readonly Judged[]>> {
  const here = await hereOf(context)
  if (!here.ok) return here
  if (said.size === 0 && isSame(grounds, groundsOf(context, here.value))) return ok(judged)
  const entries = judged.map(({ entry }) => entry)
  return ok(await judge(context, entries, here.value, said))
}

/** For entries that come little by little: they are judged as they come, and all of them anew only where one changes another. */
export function judgingAsTheyCome(context: Context) {
  const open = async () => {
    const here = await hereOf(context)
    if (!here.ok) return here
    // as it is before anything is judged: what changes meanwhile is seen as a change
    const grounds = groundsOf(context, here.value)
    return ok({ here: here.value, grounds, judgeOne: judging(context, here.value) })
  }
  let opened: ReturnType<typeof open> | null = null
  let turn: Promise<unknown> = Promise.resolve()
  let isOver = false
  const judged: Judged[] = []
  const shown: PreviewEntry[] = []
  /** A name that comes twice is another one for both. */
  const names = new Set<string>()
  const take = async (entries: readonly VaultEntry[]): Promise<void> => {
    if (isOver) return
    const found = await (opened ??= open())
    if (isOver || !found.ok || names.size < judged.length) return
    for (const entry of entries) {
      const name = nameOf(entry.name, judged.length)
      names.add(name.toLowerCase())
      const one = found.value.judgeOne(entry, judged.length, name)
      judged.push(one)
      shown.push(entryView(one))
    }
    context.emit({ type: 'vault.progressed', step: 'reading', done: judged.length, of: 0 })
    // many may have come while a keychain was being opened: whatever else waits has its turn between them
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    take: (entries: readonly VaultEntry[]): void => {
      turn = turn.then(() => take(entries))
      // whoever judges hears of it
      turn.catch(() => undefined)
    },
    /** Of all of them, which may be others than those that came. */
    judge: async (entries: readonly VaultEntry[]): Promise<Result<Judgement>> => {
      await turn
      const found = await (opened ??= open())
      if (!found.ok) return found
      const { here, grounds } = found.value
      const areThese = judged.length === entries.length && judged.every(({ entry }, at) => entry === entries[at])
      if (areThese && names.size === judged.length) return ok({ judged, shown, grounds })
      const anew = await judge(context, entries, here)
      return ok({ judged: anew, shown: anew.map((each) => entryView(each)), grounds })
    },
    /** Once it resolves, nothing goes on that was begun for them: no keychain is opened for a file that failed. */
    stop: async (): Promise<void> => {
      isOver = true
      await turn.catch(() => undefined)
    },
  }
}

/** Every keychain that holds something is opened: only there it shows whether a key is kept already. */
async function hereOf(context: Context): Promise<Result<KeptHere>> {
  const undone = await undoImports(context)
  if (!undone.ok) return undone
  const kept = context.ports.ledger.credentials()
  const open = new Map<StoreKind, Custody>()
  for (const kind of new Set(kept.map(({ store }) => store))) {
    const custody = await context.custody(kind)
    if (!custody.ok) return custody
    open.set(kind, custody.value)
  }
  return ok({ kept, open })
}

const groundsOf = ({ ports: { ledger }, registry }: Context, { kept }: KeptHere): Judgement['grounds'] => ({
  kept,
  rotations: ledger.openRotations().map((rotation) => `${rotation.id} ${outcomeOf(rotation)}`),
  vendors: registry.all(),
})
