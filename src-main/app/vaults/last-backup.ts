/** Backups are in the history, once each, under a name that no credential can have. */
import type { Context } from '../context.ts'

export const EVERYTHING = '*'
export const BACKED_UP = 'backed-up'

/** When the last one was made here, and where; null: never. */
export function lastBackup({ ports }: Pick<Context, 'ports'>): { readonly at: string; readonly path: string } | null {
  const [last] = ports.ledger.history({ name: EVERYTHING, limit: 1 })
  return last ? { at: last.at, path: `${String(last.detail['folder'])}/${String(last.detail['file'])}` } : null
}
