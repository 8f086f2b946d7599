/**
 * The embedded keychain: values sealed with AES-256-GCM in one SQLite file, each bound to its store, service and account,
 * so that no row can stand in for another. Nothing asks for the passphrase, derives a key or makes a file before the
 * first value is needed. What does not open is reported, and never deleted, replaced or made anew.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { escapeText } from '../../../src-contract/escape.ts'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { Item, SecretStore, WriteResult } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'
import { contextOf, openBytes, sealBytes } from '../crypto/sealed-box.ts'
import { itemProblem, valueProblem } from './item-rules.ts'
import { isMade, openSealedDatabase, type SealedDatabase, SealedFileError } from './sealed-database.ts'
import { calibratedKdf, damageOf, type Kdf, type Lock, makeLock, openLock } from './sealed-key.ts'
import { damaged, mayHaveLanded, sqliteFailure } from './sqlite-trouble.ts'
import { turns } from './turns.ts'

export type SealedStoreOptions = {
  /** sealed.db in the home folder; the folder must exist. */
  readonly file: string
  /** Asked once, at the first need. `create`: the answer becomes the passphrase, so a person should give it twice. */
  readonly passphrase: (purpose: 'open' | 'create') => Promise<Result<Secret>>
  /** May make the store where there is none. */
  readonly create: boolean
  /** For a store or a passphrase made here, in place of what is measured; an existing store's is in its file. */
  readonly kdf?: Kdf
}

export type SealedStore = SecretStore & {
  /** Verifies the old one, then rewrites one row; the items and processes that have the store open are not touched. */
  changePassphrase(old: Secret, next: Secret): Promise<Result<void>>
}

type Opened = { readonly database: SealedDatabase; readonly storeId: string; readonly dataKey: Buffer }

/** Fails at once where there is no store and none may be made; touches nothing yet. */
export async function openSealedStore(options: SealedStoreOptions): Promise<Result<SealedStore>> {
  const { file, create } = options
  try {
    if (!create && !isMade(file)) return err(damaged(file, 'it is not there'))
  } catch (error) {
    return err(failureOf(error, file))
  }
  return ok(sealedStore(file, options))
}

function failureOf(error: unknown, file: string): Failure {
  return error instanceof SealedFileError ? damaged(file, error.message) : sqliteFailure(error, file)
}

const itemContext = (storeId: string, { service, account }: Item): Buffer =>
  contextOf('rekey sealed store', '1', 'item', storeId, service, account)

function sealedStore(file: string, { passphrase, create, kdf }: SealedStoreOptions): SealedStore {
  let database: SealedDatabase | null = null
  let opened: Opened | null = null
  const takeTurn = turns()

  const forget = (): void => {
    opened?.dataKey.fill(0)
    database?.close()
    opened = null
    database = null
  }

  /** The file, open and in its place. One that was moved away or replaced is let go of, and opened anew the next time. */
  const theFile = (first: Lock | null): SealedDatabase => {
    if (database && !database.isInPlace()) {
      forget()
      throw new SealedFileError('it was moved or replaced while rekey was running')
    }
    return (database ??= openSealedDatabase(file, first))
  }

  const make = async (secret: Secret): Promise<void> => {
    const dataKey = randomBytes(32)
    theFile(await makeLock(randomUUID(), dataKey, secret, kdf ?? (await calibratedKdf())))
    dataKey.fill(0)
  }

  const guarded = async <T>(task: () => Promise<Result<T>>): Promise<Result<T>> => {
    try {
      return await task()
    } catch (error) {
      return err(failureOf(error, file))
    }
  }

  const openWith = async (secret: Secret): Promise<Result<Opened>> => {
    const current = theFile(null)
    const lock = current.lock()
    const why = damageOf(lock)
    if (why !== null) return err(damaged(file, why))
    const dataKey = await openLock(lock, secret)
    if (dataKey === 'wrong-passphrase') return err(fail('wrong-passphrase'))
    if (dataKey === 'damaged') return err(damaged(file, 'its key does not open'))
    return ok({ database: current, storeId: lock.storeId, dataKey })
  }

  const open = (): Promise<Result<Opened>> =>
    guarded(async () => {
      if (opened) {
        theFile(null)
        return ok(opened)
      }
      const isNew = !isMade(file)
      if (isNew && !create) return err(damaged(file, 'it is not there'))
      const asked = await passphrase(isNew ? 'create' : 'open')
      if (!asked.ok) return asked
      if (asked.value.length === 0) return err(fail('needs-passphrase'))
      if (isNew) await make(asked.value)
      const result = await openWith(asked.value)
      if (result.ok) opened = result.value
      return result
    })

  const openItem = ({ storeId, dataKey }: Opened, item: Item, sealed: Uint8Array | null): Result<Secret | null> => {
    if (!sealed) return ok(null)
    const plain = openBytes(dataKey, itemContext(storeId, item), sealed)
    if (!plain) return err(damaged(file, `its item ${escapeText(item.account)} does not open`))
    const secret = Secret.of(plain.toString('utf8'))
    plain.fill(0)
    return ok(secret)
  }

  const readItem = (from: Opened, item: Item): Result<Secret | null> => openItem(from, item, from.database.item(item))

  const sealItem = ({ storeId, dataKey }: Opened, item: Item, secret: Secret): Uint8Array => {
    const plain = secret.use((value) => Buffer.from(value, 'utf8'))
    try {
      return sealBytes(dataKey, itemContext(storeId, item), plain)
    } finally {
      plain.fill(0)
    }
  }

  const writeItems = (opened: Opened, items: readonly (readonly [Item, Secret])[]): WriteResult => {
    const { database: into } = opened
    try {
      into.putItems(items.map(([item, secret]) => [item, sealItem(opened, item, secret)] as const))
    } catch (error) {
      const failure = failureOf(error, file)
      return { kind: mayHaveLanded(error) ? 'unknown' : 'not-written', failure }
    }
    // a commit to a file that somebody moved away is a commit to nowhere
    if (into.isInPlace()) return { kind: 'written' }
    return { kind: 'not-written', failure: damaged(file, 'it was moved or replaced while rekey was running') }
  }

  const removeItem = (from: Opened, item: Item): Result<void> => {
    from.database.deleteItem(item)
    return from.database.item(item) ? err(damaged(file, 'a deleted item is still in it')) : ok(undefined)
  }

  const withStore = <T>(task: (store: Opened) => Result<T>): Promise<Result<T>> =>
    takeTurn(() =>
      guarded(async () => {
        const store = await open()
        return store.ok ? task(store.value) : store
      }),
    )

  const writeAll = (items: readonly (readonly [Item, Secret])[]): Promise<WriteResult> =>
    takeTurn(async () => {
      for (const [item, secret] of items) {
        const problem = itemProblem(item) ?? valueProblem(secret, null)
        if (problem) return { kind: 'not-written', failure: problem }
      }
      const store = await open()
      return store.ok ? writeItems(store.value, items) : { kind: 'not-written', failure: store.failure }
    })

  return {
    kind: 'sealed',
    prove: () =>
      withStore((store) => {
        const item: Item = { service: 'rekey-internal', account: `sentinel-${randomUUID()}` }
        const value = Secret.of(randomUUID())
        const written = writeItems(store, [[item, value]])
        if (written.kind !== 'written') return err(written.failure)
        const seen = readItem(store, item)
        const removed = removeItem(store, item)
        if (!seen.ok) return seen
        return seen.value?.equals(value) ? removed : err(damaged(file, 'it gives back another value than it took'))
      }),
    read: (item) => {
      const problem = itemProblem(item)
      return problem ? Promise.resolve(err(problem)) : withStore((store) => readItem(store, item))
    },
    readAll: (items) =>
      withStore((store) => {
        for (const item of items) {
          const problem = itemProblem(item)
          if (problem) return err(problem)
        }
        const sealed = store.database.items(items)
        const secrets: (Secret | null)[] = []
        for (const [at, item] of items.entries()) {
          const read = openItem(store, item, sealed[at] ?? null)
          if (!read.ok) return read
          secrets.push(read.value)
        }
        return ok(secrets)
      }),
    write: (item, secret) => writeAll([[item, secret]]),
    writeAll,
    remove: (item) => {
      const problem = itemProblem(item)
      return problem ? Promise.resolve(err(problem)) : withStore((store) => removeItem(store, item))
    },
    describe: () =>
      takeTurn(() =>
        guarded(async () => {
          if (!isMade(file)) return ok('sealed store, not made yet')
          const current = theFile(null)
          const lock = current.lock()
          const why = damageOf(lock)
          if (why !== null) return err(damaged(file, why))
          const cost = `Argon2id ${Math.round(lock.memoryKib / 1024)} MiB, ${lock.passes} passes`
          return ok(`sealed store, ${opened ? 'open' : 'passphrase not asked yet'}, ${cost}`)
        }),
      ),
    changePassphrase: (old, next) =>
      takeTurn(() =>
        guarded(async () => {
          if (next.length === 0) return err(fail('empty-secret'))
          // another process may change it meanwhile: then the old one is looked at again
          for (;;) {
            const store = await openWith(old)
            if (!store.ok) return store
            const before = store.value.database.lock()
            const cost = kdf ?? (await calibratedKdf(before))
            const after = await makeLock(store.value.storeId, store.value.dataKey, next, cost)
            if (store.value.dataKey !== opened?.dataKey) store.value.dataKey.fill(0)
            if (theFile(null).replaceLock(before, after)) return ok(undefined)
          }
        }),
      ),
    close: () => takeTurn(async () => forget()),
  }
}
