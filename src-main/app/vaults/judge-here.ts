/** Judging against what is kept here at this moment, for which what a crash left is undone first and keychains are opened. */
import { ok, type Result } from '../../../src-contract/result.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import type { Custody } from '../../core/credentials/custody.ts'
import type { VaultEntry } from '../../formats/define-format.ts'
import type { Context } from '../context.ts'
import { judge, scales, type Judged, type KeptHere, type Sayings, type Weighed } from './judge.ts'
import { undoImports } from './undo-imports.ts'

export async function judgeHere(
  context: Context,
  entries: readonly VaultEntry[],
  said: Sayings,
): Promise<Result<readonly Judged[]>> {
  const here = await hereOf(context)
  return here.ok ? ok(await judge(context, entries, here.value, { said })) : here
}

/** For entries that come little by little: they are weighed as they come, from the first on, and judged when all are there. */
export function weighing(context: Context) {
  let opened: ReturnType<typeof open> | null = null
  const open = async () => {
    const here = await hereOf(context)
    return here.ok ? ok({ here: here.value, weigh: scales(context, here.value) }) : here
  }
  const weighed = new Map<VaultEntry, Weighed>()
  let turn: Promise<unknown> = Promise.resolve()
  const weighAll = async (entries: readonly VaultEntry[]): Promise<void> => {
    const found = await (opened ??= open())
    if (!found.ok) return
    for (const entry of entries) weighed.set(entry, found.value.weigh(entry))
  }
  return {
    take: (entries: readonly VaultEntry[]): void => {
      turn = turn.then(() => weighAll(entries))
      // whoever judges hears of it
      turn.catch(() => undefined)
    },
    judge: async (entries: readonly VaultEntry[]): Promise<Result<readonly Judged[]>> => {
      await turn
      const found = await (opened ??= open())
      return found.ok ? ok(await judge(context, entries, found.value.here, { weighed })) : found
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
