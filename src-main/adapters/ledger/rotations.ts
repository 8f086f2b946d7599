import { fail } from '../../../src-contract/failures.ts'
import type { Ledger } from '../../core/ports.ts'
import { LedgerError } from '../../core/ports.ts'
import type { JournalEntry, RotationRecord } from '../../core/rotation/record.ts'
import type { Connection, Row } from './connection.ts'
import { columnsOf, readRotation } from './rotation-row.ts'
import { assignments, isObject, RowReader } from './row.ts'
import { isConstraint, unreadable } from './sqlite-failure.ts'

/**
 * A rotation's row and its journal change together or not at all, and a credential has at most one open rotation: the
 * partial unique index refuses a second, whoever asks.
 */
type Rotations = Pick<
  Ledger,
  'insertRotation' | 'advanceRotation' | 'rotation' | 'openRotations' | 'openRotationOf' | 'rotationsOf' | 'journal'
>

export function rotationTable(connection: Connection): Rotations {
  const { file } = connection
  const one = (row: Row | undefined): RotationRecord | null => (row ? readRotation(row, file) : null)
  const many = (sql: string, ...values: string[]): readonly RotationRecord[] =>
    connection.rows((row) => readRotation(row, file), sql, ...values)
  const byId = (id: string): RotationRecord | null => one(connection.get('SELECT * FROM rotations WHERE id = ?', id))
  const openOf = (credentialId: string): RotationRecord | null =>
    one(connection.get('SELECT * FROM rotations WHERE credential_id = ? AND settled = 0', credentialId))

  const store = (record: RotationRecord, sql: string): void => {
    try {
      connection.write(sql, ...Object.values(columnsOf(record)))
    } catch (error) {
      const open = isConstraint(error) ? openOf(record.credentialId) : null
      if (!open || open.id === record.id) throw error
      const fields = { name: open.snapshot.credentialName, outcome: open.outcome ?? open.state }
      throw new LedgerError(fail('has-open-rotation', fields), { cause: error })
    }
  }
  const append = (rotationId: string, at: string, entries: readonly JournalEntry[]): void => {
    for (const entry of entries)
      connection.write(
        'INSERT INTO journal (rotation_id, at, step, mints, phase, detail) VALUES (?, ?, ?, ?, ?, ?)',
        rotationId,
        at,
        entry.step,
        entry.mints ? 1 : 0,
        entry.phase,
        JSON.stringify(entry.detail),
      )
  }

  return {
    insertRotation(record, entries) {
      const names = Object.keys(columnsOf(record))
      const marks = names.map(() => '?').join(', ')
      connection.transaction(() => {
        store(record, `INSERT INTO rotations (${names.join(', ')}) VALUES (${marks})`)
        append(record.id, record.startedAt, entries)
      })
    },
    advanceRotation(id, patch, entries, at) {
      connection.transaction(() => {
        const record = byId(id)
        if (!record) throw new LedgerError(unreadable(file, `rotation ${id} is missing`))
        const wanted = { ...record, ...patch, updatedAt: at }
        store(wanted, `UPDATE rotations SET ${assignments(columnsOf(wanted))} WHERE id = ?1`)
        append(id, at, entries)
      })
    },
    rotation: byId,
    openRotations: () => many('SELECT * FROM rotations WHERE settled = 0 ORDER BY started_at, id'),
    openRotationOf: openOf,
    rotationsOf: (credentialId, among) =>
      many(
        `SELECT * FROM rotations WHERE credential_id = ?1 AND settled = 1
           ${among ? 'AND id IN (SELECT value FROM json_each(?2))' : ''} ORDER BY started_at DESC, id DESC`,
        credentialId,
        ...(among ? [JSON.stringify(among)] : []),
      ),
    journal(rotationId) {
      const readStep = (row: Row): JournalEntry & { readonly at: string } => {
        const read = new RowReader(row, file, `journal row ${String(row['seq'])} of rotation ${rotationId}`)
        return {
          step: read.text('step'),
          mints: read.flag('mints'),
          phase: read.oneOf('phase', ['intent', 'done']),
          detail: read.json('detail', isObject),
          at: read.text('at'),
        }
      }
      return connection.rows(readStep, 'SELECT * FROM journal WHERE rotation_id = ? ORDER BY seq', rotationId)
    },
  }
}
