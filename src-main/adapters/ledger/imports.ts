import type { ImportItem, Ledger, OpenImport } from '../../core/ports.ts'
import type { Connection, Row } from './connection.ts'
import { stores } from './credential-row.ts'
import { RowReader } from './row.ts'

const isItem = (value: unknown): value is ImportItem =>
  typeof value === 'object' &&
  value !== null &&
  'account' in value &&
  typeof value.account === 'string' &&
  'fingerprint' in value &&
  typeof value.fingerprint === 'string' &&
  'before' in value &&
  (value.before === null || typeof value.before === 'string')
const isItems = (value: unknown): value is readonly ImportItem[] => Array.isArray(value) && value.every(isItem)

/** Imports that have begun and not ended: the items each may have written, and what they held before. */
export function importTable(
  connection: Connection,
): Pick<Ledger, 'beginImport' | 'clearImport' | 'openImports' | 'endImport'> {
  return {
    beginImport({ id, at, store, items }) {
      connection.transaction(() => {
        connection.write(
          "INSERT INTO imports (id, at, store, state, items) VALUES (?, ?, ?, 'writing', ?)",
          id,
          at,
          store,
          JSON.stringify(items),
        )
      })
    },
    clearImport(id) {
      connection.transaction(() => connection.write("UPDATE imports SET state = 'clearing' WHERE id = ?", id))
    },
    openImports: () => connection.rows((row) => readImport(row, connection.file), 'SELECT * FROM imports ORDER BY id'),
    endImport(id) {
      connection.transaction(() => connection.write('DELETE FROM imports WHERE id = ?', id))
    },
  }
}

function readImport(row: Row, file: string): OpenImport {
  const read = new RowReader(row, file, `import ${String(row['id'])}`)
  return {
    id: read.text('id'),
    at: read.text('at'),
    store: read.oneOf('store', stores),
    state: read.oneOf('state', ['writing', 'clearing'] as const),
    items: read.json('items', isItems),
  }
}
