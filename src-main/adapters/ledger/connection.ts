import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { asLedgerError } from './sqlite-failure.ts'

/**
 * One connection with the settings the promises rest on: WAL and synchronous=FULL (a commit is on disk when it returns),
 * fullfsync (macOS: past the drive's cache), secure_delete (what is deleted is overwritten), a busy time-out, and
 * IMMEDIATE for every transaction that writes (a deferred one that has read fails at once when another wrote meanwhile).
 * Whatever SQLite throws leaves here as LedgerError.
 */
export type Row = Readonly<Record<string, SQLOutputValue>>

export type Connection = {
  readonly file: string
  get(sql: string, ...values: SQLInputValue[]): Row | undefined
  /** What `read` makes of each row. All rows are one object, filled anew: an object each costs as much as the rest of it. */
  rows<T>(read: (row: Row) => T, sql: string, ...values: SQLInputValue[]): readonly T[]
  /** One writing statement; constraint violations are thrown as SQLite throws them, for the caller to name. */
  write(sql: string, ...values: SQLInputValue[]): { readonly changes: number }
  /** Rows for `INSERT INTO … (…)`, some in a statement: one at a time they take half as long again. */
  writeRows(insert: string, rows: readonly (readonly SQLInputValue[])[]): void
  /** One statement, in a transaction of its own where there is none: one statement is all or nothing by itself. */
  writeOne(sql: string, ...values: SQLInputValue[]): void
  /** Statements without values or results. */
  script(sql: string): void
  /** All or nothing. A nested call joins the outer transaction; if it throws, its own writes alone are undone. */
  transaction<T>(fn: () => T): T
  /** In the transaction that is open, whose owner lets it go as a whole if this throws, or in one of its own. */
  within(fn: () => void): void
  close(): void
}

const settings = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA secure_delete = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA journal_size_limit = 0;
`

const [BEGIN, COMMIT, ROLLBACK] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'] as const

const ROWS_A_STATEMENT = 20

/** Opens the file (which must exist). Does not look at the schema. */
export function connect(
  file: string,
  options: { readonly readOnly: boolean; readonly immutable: boolean; readonly busyMs: number },
): Connection {
  const location = options.immutable ? `file:${encodeURI(file).replace(/[?#]/g, encodeURIComponent)}?immutable=1` : file
  const database = new DatabaseSync(location, {
    readOnly: options.readOnly,
    timeout: options.busyMs,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
  })
  const statements = new Map<string, StatementSync>()
  const listing = new Map<string, StatementSync>()
  let depth = 0
  let hasWritten = false

  const prepared = (sql: string, among = statements): StatementSync => {
    const known = among.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    statement.setReturnArrays(among === listing)
    among.set(sql, statement)
    return statement
  }
  const named = <T>(fn: () => T): T => {
    try {
      return fn()
    } catch (error) {
      throw asLedgerError(error, file)
    }
  }

  // SQLite itself rolls back on some errors (a full disk): asking again would hide the first error behind a second.
  const undo = (sql: string): void => {
    if (database.isTransaction) database.exec(sql)
  }
  const inside = <T>(open: string, commit: string, rollback: string, fn: () => T): T => {
    named(() => prepared(open).run())
    depth += 1
    try {
      const value = fn()
      if (value instanceof Promise) throw new Error('a ledger transaction cannot wait')
      if (!database.isTransaction) throw new Error('the transaction was rolled back inside')
      prepared(commit).run()
      return value
    } catch (error) {
      undo(rollback)
      throw asLedgerError(error, file)
    } finally {
      depth -= 1
    }
  }

  const within = (fn: () => void): void => (depth > 0 ? fn() : inside(BEGIN, COMMIT, ROLLBACK, fn))
  const write = (sql: string, ...values: SQLInputValue[]): { readonly changes: number } => {
    if (depth === 0) throw new Error('a write outside a transaction')
    hasWritten = true
    return { changes: Number(prepared(sql).run(...values).changes) }
  }

  try {
    database.exec(settings)
  } catch (error) {
    database.close()
    throw error
  }

  return {
    file,
    get: (sql, ...values) => named(() => prepared(sql).get(...values)),
    rows: (read, sql, ...values) => {
      const lists = named(() => prepared(sql, listing).all(...values)) as unknown as readonly SQLOutputValue[][]
      // asked after the rows were read: until then another process may have changed the schema
      const names = prepared(sql, listing)
        .columns()
        .map(({ name }) => name)
      const row: Record<string, SQLOutputValue> = {}
      return lists.map((list) => {
        names.forEach((name, at) => (row[name] = list[at] ?? null))
        return read(row)
      })
    },
    write,
    writeRows(insert, rows) {
      const marks = `(${(rows[0] ?? []).map(() => '?').join(', ')})`
      const one = `${insert} VALUES ${marks}`
      const some = one + `, ${marks}`.repeat(ROWS_A_STATEMENT - 1)
      const whole = rows.length - (rows.length % ROWS_A_STATEMENT)
      for (let at = 0; at < whole; at += ROWS_A_STATEMENT) write(some, ...rows.slice(at, at + ROWS_A_STATEMENT).flat())
      for (const row of rows.slice(whole)) write(one, ...row)
    },
    writeOne: (sql, ...values) => within(() => void write(sql, ...values)),
    script: (sql) => named(() => database.exec(sql)),
    transaction(fn) {
      if (depth === 0) return inside(BEGIN, COMMIT, ROLLBACK, fn)
      const point = `nested_${depth}`
      return inside(`SAVEPOINT ${point}`, `RELEASE ${point}`, `ROLLBACK TO ${point}; RELEASE ${point}`, fn)
    },
    within,
    close() {
      if (!database.isOpen) return
      try {
        // Deleted rows live on in the WAL until it is cut. Somebody else's open transaction only puts that off.
        if (hasWritten) database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // the next close does it
      }
      database.close()
    },
  }
}
