/**
 * The file of a sealed store: one row that says how it opens, one row an item. Made 0600, WAL with synchronous=FULL (a
 * commit is on disk when it returns), deleted values overwritten. A newer schema is refused. Everything here throws what
 * SQLite throws, or SealedFileError; nothing is ever repaired or dropped.
 */
import { closeSync, existsSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Item } from '../../core/ports.ts'
import type { Lock } from './sealed-key.ts'
import { busyTimeoutMs, isBusy } from './sqlite-trouble.ts'

const schemaVersion = 1

const schema = `
  CREATE TABLE lock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    store_id TEXT NOT NULL,
    memory_kib INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    parallelism INTEGER NOT NULL,
    salt BLOB NOT NULL,
    sealed_key BLOB NOT NULL,
    check_value BLOB NOT NULL,
    digest BLOB NOT NULL
  ) STRICT;
  CREATE TABLE item (
    service TEXT NOT NULL,
    account TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (service, account)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`

const settings = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA secure_delete = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA temp_store = MEMORY;
`

/** Says why the file cannot be used. */
export class SealedFileError extends Error {}

export type SealedDatabase = {
  /** The path still leads to the file that is open here. */
  isInPlace(): boolean
  lock(): Lock
  /** Replaces the lock if it is still the one given; says whether it did. The old one leaves the disk. */
  replaceLock(before: Lock, after: Lock): boolean
  item(item: Item): Uint8Array | null
  /** The same for many, in their order. */
  items(items: readonly Item[]): readonly (Uint8Array | null)[]
  /** All of them in one commit. */
  putItems(items: readonly (readonly [Item, Uint8Array])[]): void
  deleteItem(item: Item): void
  countItems(): number
  close(): void
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

/** There is a store: a file that a crash left without any table is none, and nothing can be in it. */
export function isMade(file: string): boolean {
  if (!existsSync(file) || statSync(file).size === 0) return false
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs })
  try {
    return !stateOf(database).isEmpty
  } finally {
    database.close()
  }
}

/** In one statement: between two, another process may have made the store. */
function stateOf(database: DatabaseSync): { readonly version: number; readonly isEmpty: boolean } {
  const row = database.prepare(
    'SELECT user_version, (SELECT count(*) FROM sqlite_schema) AS n FROM pragma_user_version',
  )
  const { user_version: version, n } = row.get() ?? {}
  return { version: Number(version), isEmpty: Number(version) === 0 && Number(n) === 0 }
}

/** Opens the file; makes it with `first` where there is none, or where its making was cut short. */
export function openSealedDatabase(file: string, first: Lock | null): SealedDatabase {
  if (!existsSync(file)) {
    if (!first) throw new SealedFileError('it is not there')
    closeSync(openSync(file, 'a', 0o600))
  }
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableDoubleQuotedStringLiterals: false })
  try {
    patiently(() => prepare(database, first))
    return over(database, file)
  } catch (error) {
    database.close()
    throw error
  }
}

/** The switch to WAL answers busy at once, whatever the time-out says, while another process makes the same store. */
function patiently(task: () => void): void {
  const start = performance.now()
  for (;;) {
    try {
      return task()
    } catch (error) {
      if (!isBusy(error) || performance.now() - start > busyTimeoutMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

function prepare(database: DatabaseSync, first: Lock | null): void {
  const { version, isEmpty } = stateOf(database)
  if (version > schemaVersion) {
    throw new SealedFileError(
      `a newer rekey wrote it (schema ${version}, this one knows ${schemaVersion}): update rekey`,
    )
  }
  if (version === 0 && (!first || !isEmpty)) throw new SealedFileError('it is not a sealed store')
  database.exec(settings)
  if (!first) return
  transact(database, () => {
    // another process may have been here first: then its lock holds, and ours is never used
    if (!stateOf(database).isEmpty) return
    database.exec(schema)
    insertLock(database, first)
  })
}

function transact<T>(database: DatabaseSync, fn: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const value = fn()
    database.exec('COMMIT')
    return value
  } catch (error) {
    // SQLite itself rolls back on some errors (a full disk)
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function insertLock(database: DatabaseSync, lock: Lock): void {
  const { storeId, memoryKib, passes, parallelism, salt, sealedKey, check, digest } = lock
  database
    .prepare('INSERT OR REPLACE INTO lock VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(storeId, memoryKib, passes, parallelism, salt, sealedKey, check, digest)
}

function readLock(database: DatabaseSync): Lock {
  const row = database.prepare('SELECT * FROM lock').get()
  if (!row) throw new SealedFileError('the row that says how it opens is gone')
  const { salt, sealed_key: sealedKey, check_value: check, digest } = row
  if (!isBytes(salt) || !isBytes(sealedKey) || !isBytes(check) || !isBytes(digest)) {
    throw new SealedFileError('the row that says how it opens was damaged')
  }
  const [memoryKib, passes, parallelism] = [Number(row.memory_kib), Number(row.passes), Number(row.parallelism)]
  return { storeId: String(row.store_id), memoryKib, passes, parallelism, salt, sealedKey, check, digest }
}

const orderOfTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)
const order = (a: Item, b: Item): number => orderOfTexts(a.service, b.service) || orderOfTexts(a.account, b.account)

function over(database: DatabaseSync, file: string): SealedDatabase {
  const identity = (): string | null => {
    const there = statSync(file, { bigint: true, throwIfNoEntry: false })
    return there ? `${there.dev}:${there.ino}` : null
  }
  const opened = identity()
  const select = database.prepare('SELECT sealed FROM item WHERE service = ? AND account = ?')
  const selectSome = database.prepare(
    'SELECT account, sealed FROM item WHERE service = ? AND account IN (SELECT value FROM json_each(?))',
  )
  // rows of thousands: as lists they take two thirds of the time
  selectSome.setReturnArrays(true)
  const count = database.prepare('SELECT count(*) AS n FROM item')
  const upsert = database.prepare('INSERT OR REPLACE INTO item VALUES (?, ?, ?)')
  const remove = database.prepare('DELETE FROM item WHERE service = ? AND account = ?')
  const itemOf = ({ service, account }: Item): Uint8Array | null => {
    const sealed = select.get(service, account)?.sealed
    return isBytes(sealed) ? sealed : null
  }
  const countItems = (): number => Number(count.get()?.n)
  return {
    isInPlace: () => opened !== null && identity() === opened,
    lock: () => readLock(database),
    replaceLock: (before, after) => {
      const isReplaced = transact(database, () => {
        if (!Buffer.from(readLock(database).digest).equals(before.digest)) return false
        insertLock(database, after)
        return true
      })
      if (isReplaced) cutLog(database)
      return isReplaced
    },
    item: itemOf,
    items: (items) => {
      const found = new Map<string, ReadonlyMap<SQLOutputValue, SQLOutputValue>>()
      for (const [service, some] of Map.groupBy(items, (item) => item.service)) {
        const rows: unknown = selectSome.all(service, JSON.stringify(some.map(({ account }) => account)))
        found.set(service, new Map(rows as readonly (readonly [SQLOutputValue, SQLOutputValue])[]))
      }
      return items.map(({ service, account }) => {
        const sealed = found.get(service)?.get(account)
        return isBytes(sealed) ? sealed : null
      })
    },
    putItems: (items) => {
      // in the table's own order each page is written once
      const inOrder = items.length < 2 ? items : items.toSorted(([a], [b]) => order(a, b))
      transact(database, () => {
        for (const [{ service, account }, sealed] of inOrder) upsert.run(service, account, sealed)
      })
    },
    deleteItem: ({ service, account }) => {
      transact(database, () => remove.run(service, account))
    },
    countItems,
    close: () => {
      if (!database.isOpen) return
      cutLog(database)
      database.close()
    },
  }
}

/** Overwritten values live on, in the WAL or beneath it, until it is cut; another process at work only puts that off. */
function cutLog(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // the next close does it
  } finally {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
  }
}
