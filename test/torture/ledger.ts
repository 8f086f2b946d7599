import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The ledger's files, read from outside and by nobody's code but SQLite's. */
export type RotationRow = {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly reached: string
  readonly outcome: string | null
  readonly settled: number
}

function reading<T>(file: string, fn: (database: DatabaseSync) => T): T | null {
  if (!existsSync(file)) return null
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
  try {
    return fn(database)
  } finally {
    database.close()
  }
}

/** Every rotation of the home, oldest first. */
export const rotationRows = (home: string): readonly RotationRow[] =>
  reading(join(home, 'ledger.sqlite'), (database) => {
    const sql = `SELECT r.id, coalesce(c.name, '') AS name, r.state, r.reached, r.outcome, r.settled
      FROM rotations r LEFT JOIN credentials c ON c.id = r.credential_id ORDER BY r.id`
    return database.prepare(sql).all() as unknown as readonly RotationRow[]
  }) ?? []

/** How far an import has come that is not over; null: none is open. */
export const importStateOf = (home: string): string | null =>
  reading(join(home, 'ledger.sqlite'), (database) => {
    const row = database.prepare('SELECT state FROM imports').get()
    return row ? String(row['state']) : null
  })

/** Whether the ledger calls a credential so. */
export const isCalled = (home: string, name: string): boolean =>
  reading(
    join(home, 'ledger.sqlite'),
    (database) => database.prepare('SELECT 1 FROM credentials WHERE name = ?').get(name) !== undefined,
  ) ?? false

/** How many keys the history says were written to a file. */
export const exportedRows = (home: string): number =>
  reading(join(home, 'ledger.sqlite'), (database) =>
    Number(database.prepare("SELECT count(*) AS n FROM history WHERE event = 'exported'").get()?.['n']),
  ) ?? 0

/** The id under which the keychain keeps this ledger's internal items. */
export const ledgerIdOf = (home: string): string =>
  reading(join(home, 'ledger.sqlite'), (database) => {
    const row = database.prepare("SELECT value FROM meta WHERE key = 'ledger-id'").get()
    return String(row?.['value'] ?? '')
  }) ?? ''

/** The schema that a ledger has. */
export const versionOf = (file: string): number =>
  Number(reading(file, (database) => database.prepare('PRAGMA user_version').get()?.['user_version']) ?? 0)

/** What SQLite's own check says of a database; null if it is sound. */
export function unsoundness(file: string): string | null {
  try {
    return reading(file, (database) => {
      const [row] = database.prepare('PRAGMA integrity_check').all() as readonly Record<string, unknown>[]
      return row?.['integrity_check'] === 'ok' ? null : JSON.stringify(row)
    })
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable'
  }
}
