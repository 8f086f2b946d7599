import { fail } from '../../../src-contract/failures.ts'
import type { Failure } from '../../../src-contract/failures.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { AddedCredential, Ledger } from '../../core/ports.ts'
import { LedgerError } from '../../core/ports.ts'
import type { Connection, Row } from './connection.ts'
import { columnsOf, originOf, readCredential } from './credential-row.ts'
import { appendTo } from './history.ts'
import { assignments, RowReader } from './row.ts'
import { isConstraint } from './sqlite-failure.ts'

/**
 * One name, one principal (vendor, origin, subject) and one secret is one credential. The unique indexes hold the rule;
 * this file gives a violation its name.
 */
type Credentials = Pick<
  Ledger,
  | 'credentials'
  | 'credentialById'
  | 'credentialByName'
  | 'credentialBySubject'
  | 'credentialByFingerprint'
  | 'insertCredential'
  | 'insertCredentials'
  | 'updateCredential'
  | 'removeCredential'
  | 'addFingerprint'
  | 'fingerprintsOf'
  | 'fingerprints'
>

function insertOf(credential: Credential): string {
  const names = Object.keys(columnsOf(credential))
  return `INSERT INTO credentials (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
}

export function credentialTable(connection: Connection): Credentials {
  const { file } = connection
  const one = (row: Row | undefined): Credential | null => (row ? readCredential(row, file) : null)
  const byId = (id: string): Credential | null => one(connection.get('SELECT * FROM credentials WHERE id = ?', id))
  const byName = (name: string): Credential | null =>
    one(connection.get('SELECT * FROM credentials WHERE name = ?', name))
  const bySubject = (vendor: string, origin: string, subject: string): Credential | null =>
    one(
      connection.get(
        'SELECT * FROM credentials WHERE vendor = ? AND origin = ? AND subject = ?',
        vendor,
        origin,
        subject,
      ),
    )
  const byFingerprint = (fingerprint: string): Credential | null =>
    one(connection.get('SELECT * FROM credentials WHERE fingerprint = ?', fingerprint))

  /** Which rule the credential breaks, asked only after SQLite said that it breaks one. */
  function violation(wanted: Credential): Failure {
    const isOther = (found: Credential | null): found is Credential => found !== null && found.id !== wanted.id
    const named = byName(wanted.name)
    if (isOther(named)) return fail('name-taken', { name: named.name })
    const { vendor, subject } = wanted
    const known = subject === null ? null : bySubject(vendor, originOf(wanted.baseUrl), subject)
    if (isOther(known)) return fail('known-subject', { vendor, subject: subject ?? '', name: known.name })
    const same = byFingerprint(wanted.fingerprint)
    if (isOther(same)) return fail('known-secret', { name: same.name })
    if (wanted.operatorId !== null && byId(wanted.operatorId) === null)
      return fail('bad-operator', { operator: wanted.operatorId, name: wanted.name, why: 'it does not exist' })
    return fail('name-taken', { name: wanted.name })
  }
  const store = (wanted: Credential, sql: string): void => {
    try {
      connection.write(sql, ...Object.values(columnsOf(wanted)))
    } catch (error) {
      throw isConstraint(error) ? new LedgerError(violation(wanted), { cause: error }) : error
    }
  }
  const known = (id: string): Credential => {
    const credential = byId(id)
    if (!credential) throw new LedgerError(fail('unknown-name', { name: id }))
    return credential
  }
  const remember = (credentials: readonly Pick<Credential, 'id' | 'fingerprint'>[], at: string): void => {
    // A key that comes back is the newest again.
    const insert = 'INSERT OR REPLACE INTO fingerprints (credential_id, fingerprint, at)'
    connection.writeRows(
      insert,
      credentials.map(({ id, fingerprint }) => [id, fingerprint, at]),
    )
  }

  /** The same for each: it is put together once. */
  let insert: string | null = null
  const insertCredentials = (added: readonly AddedCredential[], at: string): void =>
    connection.within(() => {
      const credentials = added.map(({ credential }) => credential)
      for (const credential of credentials) store(credential, (insert ??= insertOf(credential)))
      remember(credentials, at)
      const entries = added.flatMap(({ credential: { id, name }, past }) =>
        past.map((event) => ({ credentialId: id, entry: { ...event, name } })),
      )
      appendTo(connection, entries)
    })

  return {
    credentials: () => connection.rows((row) => readCredential(row, file), 'SELECT * FROM credentials ORDER BY name'),
    credentialById: byId,
    credentialByName: byName,
    credentialBySubject: bySubject,
    credentialByFingerprint: byFingerprint,

    insertCredential: (credential, at, past = []) => insertCredentials([{ credential, past }], at),
    insertCredentials,
    updateCredential(id, patch) {
      connection.transaction(() => {
        const wanted = { ...known(id), ...patch }
        store(wanted, `UPDATE credentials SET ${assignments(columnsOf(wanted))} WHERE id = ?1`)
        if (patch.name !== undefined)
          connection.write('UPDATE history SET name = ? WHERE credential_id = ?', patch.name, id)
      })
    },
    removeCredential(id) {
      connection.transaction(() => {
        const { name } = known(id)
        const open = connection.get('SELECT outcome, state FROM rotations WHERE credential_id = ? AND settled = 0', id)
        if (open)
          throw new LedgerError(fail('has-open-rotation', { name, outcome: String(open['outcome'] ?? open['state']) }))
        const users = connection.rows(
          (row) => String(row['name']),
          'SELECT name FROM credentials WHERE operator_id = ? AND id <> ? ORDER BY name',
          id,
          id,
        )
        if (users.length > 0) throw new LedgerError(fail('operator-in-use', { name, users: users.join(', ') }))
        connection.write('DELETE FROM credentials WHERE id = ?', id)
      })
    },

    addFingerprint(credentialId, fingerprint, at) {
      connection.transaction(() => {
        known(credentialId)
        remember([{ id: credentialId, fingerprint }], at)
      })
    },
    fingerprintsOf: (credentialId) =>
      connection.rows(
        (row) => new RowReader(row, file, `credential ${credentialId}`).text('fingerprint'),
        'SELECT fingerprint FROM fingerprints WHERE credential_id = ? ORDER BY seq DESC',
        credentialId,
      ),
    fingerprints(credentialIds) {
      const all = new Map(credentialIds.map((id): [string, string[]] => [id, []]))
      const take = (row: Row): void => {
        const read = new RowReader(row, file, 'a fingerprint')
        all.get(read.text('credential_id'))?.push(read.text('fingerprint'))
      }
      connection.rows(
        take,
        `SELECT credential_id, fingerprint FROM fingerprints
           WHERE credential_id IN (SELECT value FROM json_each(?)) ORDER BY seq DESC`,
        JSON.stringify(credentialIds),
      )
      return all
    },
  }
}
