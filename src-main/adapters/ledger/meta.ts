import { createHash, randomBytes } from 'node:crypto'
import { fail } from '../../../src-contract/failures.ts'
import type { Ledger } from '../../core/ports.ts'
import { LedgerError } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { RowReader } from './row.ts'
import { unreadable } from './sqlite-failure.ts'

/**
 * What the ledger knows of itself: its id, the machine it belongs to, and the id of each internal key. A machine is
 * kept as a hash under the ledger's id, so that ledgers cannot be matched by it. An internal key's id is written once:
 * another one for the same purpose means that a keychain was swapped or two processes raced, and is refused.
 */
type Meta = Pick<
  Ledger,
  'ledgerId' | 'machine' | 'foreignCommits' | 'adoptMachine' | 'internalKeyId' | 'recordInternalKey'
>

/** `machineId` is asked only when somebody wants to know: on macOS and Windows it starts a process. */
export function metaTable(
  connection: Connection,
  options: { readonly machineId: () => string; readonly readOnly: boolean },
): Meta {
  const get = (key: string): string | null => {
    const row = connection.get('SELECT value FROM meta WHERE key = ?', key)
    return row ? new RowReader(row, connection.file, `meta ${key}`).text('value') : null
  }
  const put = (key: string, value: string): void => {
    connection.write('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, value)
  }
  const must = (key: string): string => {
    const value = get(key)
    if (value === null) throw new LedgerError(unreadable(connection.file, `its ${key} is missing`))
    return value
  }
  const here = (ledgerId: string): string =>
    createHash('sha256').update(`${ledgerId}\n${options.machineId()}`).digest('hex').slice(0, 16)

  if (!options.readOnly && get('made') === null) {
    connection.transaction(() => {
      if (get('made') !== null) return
      const id = randomBytes(12).toString('hex')
      put('ledger-id', id)
      put('machine', here(id))
      put('made', 'yes')
    })
  }
  const ledgerId = must('ledger-id')
  let hereId: string | null = null
  const keyId = (store: string, purpose: string): string | null => {
    const row = connection.get('SELECT key_id FROM internal_keys WHERE store = ? AND purpose = ?', store, purpose)
    return row ? new RowReader(row, connection.file, `internal key ${store} ${purpose}`).text('key_id') : null
  }

  return {
    ledgerId,
    get machine() {
      const id = must('machine')
      hereId ??= here(ledgerId)
      return { id, isHere: id === hereId }
    },
    foreignCommits: () => Number(connection.get('PRAGMA data_version')?.['data_version']),
    adoptMachine() {
      connection.transaction(() => put('machine', (hereId ??= here(ledgerId))))
    },
    internalKeyId: keyId,
    recordInternalKey(store, purpose, id, at) {
      connection.transaction(() => {
        const known = keyId(store, purpose)
        if (known === id) return
        if (known !== null) throw new LedgerError(fail('keychain-changed', { item: purpose }))
        connection.write(
          'INSERT INTO internal_keys (store, purpose, key_id, at) VALUES (?, ?, ?, ?)',
          store,
          purpose,
          id,
          at,
        )
      })
    },
  }
}
