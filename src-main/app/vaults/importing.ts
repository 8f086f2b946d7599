/**
 * Takes what was previewed into care, all or nothing. The ledger first says which items the import will write; then the copies of
 * what they hold, then the items themselves; then one transaction makes all of it count. Before that transaction a failure or
 * a crash is undone, after it only the copies are left to clear away.
 */
import { explain, fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { ImportReceipt } from '../../../src-contract/vault-views.ts'
import type { StoreKind } from '../../../src-contract/views.ts'
import { readItems, userItem, type Custody } from '../../core/credentials/custody.ts'
import type { ImportItem, Item, Lock } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'
import { closed, type Context, type Handler } from '../context.ts'
import { choose, type Choices } from './choose.ts'
import type { Judged, Sayings } from './judge.ts'
import { judgeHere } from './judge-here.ts'
import { KEPT, keptText, namesKept } from './kept.ts'
import { joined, keptHere } from './kept-here.ts'
import { notTaken } from './not-taken.ts'
import type { Preview } from './open-previews.ts'
import { stayingOf } from './entry-view.ts'
import { record, type Recorded } from './record-import.ts'
import { copyOf, IMPORT_LOCK, itemOf, undoAll } from './undo-imports.ts'

/** One value on its way into a keychain. */
type Write = { readonly account: string; readonly value: Secret; readonly isOurs: boolean }
type StoreWrites = {
  readonly custody: Custody
  readonly importId: string
  readonly writes: readonly Write[]
  /** Of what each item is about to hold, by its account. */
  readonly fingerprints: Map<string, string>
}
const BATCH = 5000

export const importVault: Handler<'vault.import'> = async (context, input) => {
  const preview = context.previews.get(input.id)
  if (!preview) return err(fail('unknown-preview'))
  const said: Sayings = new Map(input.choices.map((choice) => [choice.index, choice]))
  const judged = await judgeHere(context, preview, said)
  if (!judged.ok) return judged
  const unclear = judged.value.find(({ isUnclear, index }) => isUnclear && !said.has(index))
  if (input.onConflict === 'refuse' && unclear) {
    const { where } = unclear.entry
    return err(fail('unclear-import', { file: preview.file, where, what: unclear.reason ?? 'it is not clear' }))
  }
  const [refused] = preview.refused
  if (input.onConflict === 'refuse' && refused) {
    const { file, where, what } = refused.fields
    const place = [file, where].filter((each) => each !== undefined).join(', ')
    return err(fail('unclear-import', { file: preview.file, where: place, what: what ?? explain(refused).message }))
  }
  const { ledger } = context.ports
  const chosen = choose(
    judged.value,
    { choices: input.choices, onConflict: input.onConflict === 'refuse' ? 'skip' : input.onConflict },
    (name) => ledger.credentialByName(name) !== null,
  )
  if (!chosen.ok) return chosen
  const unsaid = await notTaken(context, judged.value)
  if (!unsaid.ok) return unsaid
  const lock = ledger.openImports().length === 0 ? context.ports.locks.exclusive(IMPORT_LOCK) : null
  if (!lock) return err(fail('import-running'))
  try {
    const done = await underLeases(context, chosen.value.replaces, () => commit(context, preview, chosen.value, input))
    if (!done.ok) return done
    context.previews.forget(input.id)
    context.emit({ type: 'credentials.changed', names: [] })
    const stays = chosen.value.replaces.flatMap((each) => stayingOf(each).map((left) => ({ name: each.name, ...left })))
    return ok({ ...receiptOf(preview, judged.value, chosen.value, done.value), notTaken: [...unsaid.value, ...stays] })
  } finally {
    lock.release()
  }
}

/** What is replaced is held against everybody else, and looked at again once it is. */
async function underLeases<T>(
  context: Context,
  replaces: readonly Judged[],
  fn: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const held: Lock[] = []
  try {
    for (const { existing } of replaces) {
      if (!existing) continue
      const lease = context.ports.locks.exclusive(existing.id)
      if (!lease) return err(fail('busy', { name: existing.name }))
      held.push(lease)
      const free = closed(context, existing)
      if (!free.ok) return free
      const now = context.ports.ledger.credentialById(existing.id)
      if (now?.fingerprint !== existing.fingerprint) return err(fail('superseded-before', { name: existing.name }))
    }
    return await fn()
  } finally {
    for (const lease of held) lease.release()
  }
}

type Confirmed = Parameters<typeof record>[3]

async function commit(
  context: Context,
  preview: Preview,
  choices: Choices,
  confirmed: Confirmed,
): Promise<Result<Recorded>> {
  const planned = await planWrites(context, choices)
  if (!planned.ok) return planned
  const { ledger, clock } = context.ports
  const at = clock.now().toISOString()
  const begun: { readonly importId: string; readonly hasCopies: boolean }[] = []
  const undo = async <T>(failed: Result<T>): Promise<Result<T>> => {
    await undoAll(context)
    return failed
  }
  const total = planned.value.reduce((sum, { writes }) => sum + writes.length, 0)
  let done = 0
  for (const each of planned.value) {
    const items = await itemsOf(each)
    if (!items.ok) return undo(items)
    ledger.beginImport({ id: each.importId, at, store: each.custody.store.kind, items: items.value })
    begun.push({ importId: each.importId, hasCopies: items.value.some(({ before }) => before !== null) })
    const copied = await copyBefore(context, each, items.value)
    if (!copied.ok) return undo(copied)
    const progress = (count: number): void => {
      done += count
      context.emit({ type: 'vault.progressed', step: 'writing', done, of: total })
    }
    const written = await writeAll(each, progress)
    if (!written.ok) return undo(written)
  }
  let recorded: Recorded
  try {
    recorded = ledger.transaction(() => {
      for (const { importId, hasCopies } of begun) {
        if (hasCopies) ledger.clearImport(importId)
        else ledger.endImport(importId)
      }
      return record(context, preview, choices, confirmed, (kind) => writesOf(planned.value, kind))
    })
  } catch (error) {
    await undoAll(context)
    throw error
  }
  // copies that cannot be removed now are removed by the next start
  await undoAll(context)
  return ok(recorded)
}

const writesOf = (planned: readonly StoreWrites[], kind: StoreKind): StoreWrites => {
  const found = planned.find(({ custody }) => custody.store.kind === kind)
  if (!found) throw new Error('an import recorded a credential of a keychain that it did not open')
  return found
}

async function planWrites(context: Context, { inserts, replaces }: Choices): Promise<Result<readonly StoreWrites[]>> {
  const byStore = new Map<StoreKind, Write[]>()
  const here = await keptHere(
    context,
    replaces.flatMap(({ existing, kept }) => (existing !== null && keptText(kept) !== null ? [existing] : [])),
  )
  if (!here.ok) return here
  const put = (kind: StoreKind, judged: Judged, name: string, isOurs: boolean): void => {
    const writes = byStore.get(kind) ?? []
    byStore.set(kind, writes)
    const add = (item: Item, value: string): void =>
      void writes.push({ account: item.account, value: Secret.of(value), isOurs })
    for (const [input, value] of Object.entries(isOurs ? {} : judged.place.secretInputs))
      add(userItem(name, input), value)
    const before = isOurs && judged.existing ? here.value.get(judged.existing.id) : undefined
    const kept = keptText(before ? joined(judged.kept, before) : judged.kept)
    if (kept !== null) add(userItem(name, KEPT), kept)
    // the key's own item last: it is what makes the others worth anything
    add(userItem(name), judged.entry.secret ?? '')
  }
  for (const { judged, name } of inserts) put(context.ports.defaultStore(), judged, name, false)
  for (const judged of replaces) {
    if (judged.existing) put(judged.existing.store, judged, judged.existing.name, true)
  }
  const planned: StoreWrites[] = []
  for (const [kind, writes] of byStore) {
    const custody = await context.custody(kind)
    if (!custody.ok) return custody
    planned.push({ custody: custody.value, importId: context.ports.ids.next(), writes, fingerprints: new Map() })
  }
  return ok(planned)
}

/** What each item holds now. One that somebody else made is theirs: the import does not begin. */
async function itemsOf({ custody, writes, fingerprints }: StoreWrites): Promise<Result<readonly ImportItem[]>> {
  const there = await readItems(
    custody.store,
    writes.map(({ account }) => itemOf(account)),
  )
  if (!there.ok) return there
  const items: ImportItem[] = []
  for (const [index, { account, value, isOurs }] of writes.entries()) {
    const before = there.value[index] ?? null
    if (before !== null && !before.equals(value) && !isOurs) return err(fail('item-exists', { name: account }))
    const fingerprint = custody.fingerprint(value)
    fingerprints.set(account, fingerprint)
    items.push({ account, fingerprint, before: before && custody.fingerprint(before) })
  }
  return ok(items)
}

async function copyBefore(
  context: Context,
  { custody, importId }: StoreWrites,
  items: readonly ImportItem[],
): Promise<Result<void>> {
  for (const { account, before } of items) {
    if (before === null) continue
    const old = await custody.readKnown(itemOf(account))
    if (!old.ok) return old
    const written = await custody.store.write(copyOf(context, importId, account), old.value)
    if (written.kind !== 'written') return err(written.failure)
  }
  return ok(undefined)
}

async function writeAll({ custody, writes }: StoreWrites, progress: (count: number) => void): Promise<Result<void>> {
  const { store } = custody
  const items = writes.map(({ account, value }) => [itemOf(account), value] as const)
  if (store.writeAll) {
    for (let at = 0; at < items.length; at += BATCH) {
      const some = items.slice(at, at + BATCH)
      const written = await store.writeAll(some)
      if (written.kind !== 'written') return err(written.failure)
      progress(some.length)
    }
    return ok(undefined)
  }
  for (const [item, value] of items) {
    const written = await store.write(item, value)
    if (written.kind !== 'written') return err(written.failure)
    progress(1)
  }
  return ok(undefined)
}

function receiptOf(
  { format, leftOut, notes }: Preview,
  judged: readonly Judged[],
  { inserts, replaces, skipped, renamed }: Choices,
  recorded: Recorded,
): Omit<ImportReceipt, 'notTaken'> {
  const taken = [...inserts.map((chosen) => chosen.judged), ...replaces]
  const isTaken = new Set(taken)
  const left = judged
    .filter((each) => isTaken.has(each))
    .flatMap(({ name, entry }) => entry.left.map(({ what, why }) => ({ name, what, why })))
  return {
    format,
    in: judged.length,
    stored: taken.length,
    skipped: [...skipped],
    dropped: [...left, ...recorded.dropped],
    keptAsText: [...new Set(taken.flatMap(({ kept }) => namesKept(kept)))],
    replaced: replaces.map(({ existing }) => existing?.name ?? ''),
    renamed: [...renamed],
    unconfirmed: [...recorded.unconfirmed],
    leftOut: [...leftOut],
    notes: [...notes],
  }
}
