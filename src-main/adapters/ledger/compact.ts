/**
 * Keeps a ledger of many years small. History, rotations and their outcomes are kept whole; the single steps of a rotation that
 * settled long ago are folded into one row. In small transactions, so that nobody waits for more than one of them, and a kill between
 * two leaves the rest for the next time. What is freed is used again, or given back to the disk where the file was made for that.
 */
import type { Ledger } from '../../core/ports.ts'
import { LedgerError } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { isBusy } from './sqlite-failure.ts'

const ROTATIONS_A_STEP = 50
const PAGES_A_STEP = 200

export function compaction(connection: Connection): Pick<Ledger, 'compact'> {
  return {
    compact({ before, except, forMs }) {
      const until = performance.now() + forMs
      let folded = 0
      try {
        for (let last = -1; last !== 0 && performance.now() < until; folded += last)
          last = connection.transaction(() => foldSome(connection, before, except))
        while (performance.now() < until && freePages(connection) > 0) {
          const left = freePages(connection)
          connection.script(`PRAGMA incremental_vacuum(${PAGES_A_STEP})`)
          if (freePages(connection) >= left) break
        }
      } catch (error) {
        // somebody else is writing: it is done another time
        if (!(error instanceof LedgerError) || !isBusy(error.cause)) throw error
      }
      return { folded }
    },
  }
}

const freePages = (connection: Connection): number =>
  Number(connection.get('PRAGMA freelist_count')?.['freelist_count'])

function foldSome(connection: Connection, before: string, except: readonly string[]): number {
  const found = connection.rows(
    (row) => String(row['id']),
    `SELECT id FROM rotations WHERE settled = 1 AND folded = 0 AND updated_at < ?
       AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY updated_at LIMIT ${ROTATIONS_A_STEP}`,
    before,
    JSON.stringify(except),
  )
  for (const id of found) fold(connection, id)
  return found.length
}

function fold(connection: Connection, id: string): void {
  const steps = connection.rows(
    ({ at, step, phase, mints }) => ({ at, step, phase, mints }),
    'SELECT at, step, phase, mints FROM journal WHERE rotation_id = ? ORDER BY seq',
    id,
  )
  const [first, last] = [steps[0], steps.at(-1)]
  if (first && last && steps.length > 1) {
    const names = steps.map(({ step, phase }) => (phase === 'intent' ? `${String(step)}?` : String(step)))
    connection.write(
      "INSERT INTO journal (rotation_id, at, step, mints, phase, detail) VALUES (?, ?, 'folded', ?, 'done', ?)",
      id,
      String(last.at),
      steps.some(({ mints }) => mints === 1) ? 1 : 0,
      JSON.stringify({ steps: names.join(' '), from: first.at, to: last.at }),
    )
    connection.write("DELETE FROM journal WHERE rotation_id = ? AND step <> 'folded'", id)
  }
  connection.write('UPDATE rotations SET folded = 1 WHERE id = ?', id)
}
