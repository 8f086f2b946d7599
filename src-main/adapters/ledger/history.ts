import type { HistoryEntry } from '../../../src-contract/views.ts'
import type { Ledger } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { isObject, RowReader } from './row.ts'

/** What happened, for a person. Entries follow their credential through a rename and stay under its last name. */
export function historyTable(connection: Connection): Pick<Ledger, 'appendHistory' | 'history'> {
  return {
    appendHistory: (entry) =>
      connection.writeOne(
        `INSERT INTO history (${columns}) VALUES (?, ?, (SELECT id FROM credentials WHERE name = ?), ?, ?, ?, ?)`,
        ...timeOf(entry),
        entry.name,
        ...restOf(entry),
      ),
    history({ name, events, limit }): readonly HistoryEntry[] {
      const wanted = [
        ...(name === undefined ? [] : [{ sql: 'name = ?', value: name }]),
        ...(events === undefined
          ? []
          : [{ sql: 'event IN (SELECT value FROM json_each(?))', value: JSON.stringify(events) }]),
      ]
      const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(({ sql }) => sql).join(' AND ')}`
      const rows = connection.all(
        `SELECT * FROM history ${where} ORDER BY at_ms DESC, seq DESC LIMIT ?`,
        ...wanted.map(({ value }) => value),
        limit ?? -1,
      )
      return rows.map((row) => {
        const read = new RowReader(row, connection.file, `history row ${String(row['seq'])}`)
        return {
          at: read.text('at'),
          name: read.text('name'),
          event: read.text('event'),
          rotationId: read.textOrNull('rotation_id'),
          detail: { ...read.json('detail', isObject) },
        }
      })
    },
  }
}

/** The same for a credential whose id is known, in a transaction. */
export const appendTo = (connection: Connection, credentialId: string, entry: HistoryEntry): void =>
  void connection.write(
    `INSERT INTO history (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ...timeOf(entry),
    credentialId,
    ...restOf(entry),
  )

const columns = 'at, at_ms, credential_id, name, event, rotation_id, detail'

function timeOf({ at }: HistoryEntry): readonly [string, number] {
  const atMs = Date.parse(at)
  if (Number.isNaN(atMs)) throw new Error('a history entry without a time')
  return [at, atMs]
}

const restOf = ({
  name,
  event,
  rotationId,
  detail,
}: HistoryEntry): readonly [string, string, string | null, string] => [name, event, rotationId, JSON.stringify(detail)]
