import type { Ledger } from '../../core/ports.ts'
import type { Connection } from './connection.ts'
import { isInteger } from './row.ts'

/** When requests that count against a vendor's limits left. Kept for longer than any limit we know (31 days). */
const keptMs = 40 * 24 * 3600 * 1000

const millis = (at: string): number => {
  const value = Date.parse(at)
  if (Number.isNaN(value)) throw new Error('not a time')
  return value
}

export function paceTable(connection: Connection): Pick<Ledger, 'recordPace' | 'paceSince'> {
  return {
    recordPace(scope, at) {
      connection.transaction(() => {
        connection.write('INSERT INTO pace (scope, at_ms) VALUES (?, ?)', scope, millis(at))
        connection.write('DELETE FROM pace WHERE scope = ? AND at_ms < ?', scope, millis(at) - keptMs)
      })
    },
    paceSince: (scope, since) =>
      connection
        .rows(
          (row) => row['at_ms'],
          'SELECT at_ms FROM pace WHERE scope = ? AND at_ms >= ? ORDER BY at_ms, seq',
          scope,
          millis(since),
        )
        .filter(isInteger)
        .map((at) => new Date(at).toISOString()),
  }
}
