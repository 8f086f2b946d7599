import type { HistoryEntry } from '../../../src-contract/views.ts'
import type { Ledger } from '../../core/ports.ts'
import type { Connection, Row } from './connection.ts'
import { isObject, RowReader } from './row.ts'

const shown = 'seq, at, name, event, rotation_id, detail'
const columns = 'at, at_ms, credential_id, name, event, rotation_id, detail'

/** What happened, for a person. Entries follow their credential through a rename and stay under its last name. */
export function historyTable(
  connection: Connection,
): Pick<Ledger, 'appendHistory' | 'appendHistoryOf' | 'history' | 'historiesOf'> {
  return {
    appendHistory: (entry) =>
      connection.writeOne(
        `INSERT INTO history (${columns}) VALUES (?, ?, (SELECT id FROM credentials WHERE name = ?), ?, ?, ?, ?)`,
        ...timeOf(entry),
        entry.name,
        entry.name,
        ...restOf(entry),
      ),
    appendHistoryOf: (credentials, event) =>
      connection.writeOne(
        `INSERT INTO history (${columns})
           SELECT ?, ?, c.id, coalesce(c.name, e.value ->> 'name'), ?, ?, ?
           FROM json_each(?) AS e LEFT JOIN credentials AS c ON c.id = e.value ->> 'id' ORDER BY e.key`,
        ...timeOf(event),
        ...restOf(event),
        JSON.stringify(credentials.map(({ id, name }) => ({ id, name }))),
      ),
    history({ name, events, limit }) {
      const wanted = [
        ...(name === undefined ? [] : [{ sql: 'name = ?', value: name }]),
        ...(events === undefined
          ? []
          : [{ sql: 'event IN (SELECT value FROM json_each(?))', value: JSON.stringify(events) }]),
      ]
      const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(({ sql }) => sql).join(' AND ')}`
      return connection.rows(
        (row) => readEntry(row, connection.file),
        `SELECT ${shown} FROM history ${where} ORDER BY at_ms DESC, seq DESC LIMIT ?`,
        ...wanted.map(({ value }) => value),
        limit ?? -1,
      )
    },
    historiesOf(names) {
      const histories = new Map(names.map((name): [string, HistoryEntry[]] => [name, []]))
      connection.rows(
        (row) => histories.get(String(row['asked']))?.push(readEntry(row, connection.file)),
        `SELECT n.value AS asked, ${shown} FROM json_each(?) AS n CROSS JOIN history ON name = n.value
           ORDER BY n.key, at_ms DESC, seq DESC`,
        JSON.stringify([...histories.keys()]),
      )
      return histories
    },
  }
}

function readEntry(row: Row, file: string): HistoryEntry {
  const read = new RowReader(row, file, `history row ${String(row['seq'])}`)
  return {
    at: read.text('at'),
    name: read.text('name'),
    event: read.text('event'),
    rotationId: read.textOrNull('rotation_id'),
    detail: read.json('detail', isObject),
  }
}

/** The same of credentials whose ids are known, in a transaction. */
export const appendTo = (
  connection: Connection,
  entries: readonly { readonly credentialId: string; readonly entry: HistoryEntry }[],
): void =>
  connection.writeRows(
    `INSERT INTO history (${columns})`,
    entries.map(({ credentialId, entry }) => [...timeOf(entry), credentialId, entry.name, ...restOf(entry)]),
  )

type Event = Omit<HistoryEntry, 'name'>

function timeOf({ at }: Event): readonly [string, number] {
  const atMs = Date.parse(at)
  if (Number.isNaN(atMs)) throw new Error('a history entry without a time')
  return [at, atMs]
}

const restOf = ({ event, rotationId, detail }: Event): readonly [string, string | null, string] => [
  event,
  rotationId,
  JSON.stringify(detail),
]
