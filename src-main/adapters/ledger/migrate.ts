import { fail } from '../../../src-contract/failures.ts'
import { LedgerError } from '../../core/ports.ts'
import { keepBeforeMigration } from './backup.ts'
import type { Connection } from './connection.ts'
import { migrations } from './migrations/list.ts'
import { unreadable } from './sqlite-failure.ts'

/**
 * Brings a database to the newest schema, one migration a transaction. `user_version` counts them and `application_id`
 * says that the file is ours: a newer schema, or a database of another program, is refused and not touched.
 */
const applicationId = 0x52_4b_45_59 // "RKEY"

type Stamp = { readonly application: number; readonly version: number; readonly isEmpty: boolean }

/** In one statement: between two, another process may migrate. */
function stampOf(connection: Connection): Stamp {
  const row = connection.get(`
    SELECT a.application_id AS application, u.user_version AS version,
      (SELECT count(*) FROM sqlite_schema) AS items
    FROM pragma_application_id AS a, pragma_user_version AS u`)
  return {
    application: Number(row?.['application']),
    version: Number(row?.['version']),
    isEmpty: row?.['items'] === 0,
  }
}

/** The version of a database that this program can use; throws if it cannot. */
function versionOf(connection: Connection, known: number): number {
  const { application, version, isEmpty } = stampOf(connection)
  if (application !== applicationId && !(version === 0 && isEmpty))
    throw new LedgerError(unreadable(connection.file, 'it is a database of another program'))
  if (version > known) throw new LedgerError(fail('ledger-newer', { found: String(version), known: String(known) }))
  return version
}

/** Throws LedgerError if the schema is newer, not ours, or older than what a reader needs. */
export function migrate(connection: Connection, options: { readonly readOnly: boolean }, list = migrations): void {
  const known = list.at(-1)?.version ?? 0
  if (versionOf(connection, known) === known) return
  if (options.readOnly)
    throw new LedgerError(unreadable(connection.file, 'its schema is older and it was opened for reading only'))
  const found = versionOf(connection, known)
  if (found > 0) keepBeforeMigration(connection, found)
  for (const migration of list) {
    connection.transaction(() => {
      // Looked at again under the write lock: another process may have been here meanwhile.
      if (versionOf(connection, known) >= migration.version) return
      connection.script(
        `${migration.sql}; PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migration.version};`,
      )
    })
  }
}
