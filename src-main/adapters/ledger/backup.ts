import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Connection } from './connection.ts'

/** How many ledgers of earlier schemas are kept: a person who goes back needs the last, and may have missed one. */
const KEPT = 2

/**
 * The ledger as it is, beside it, before its schema changes: an older Rekey can go on with it. It holds no secret. There is one
 * a schema; the oldest go.
 */
export function keepBeforeMigration(connection: Connection, version: number): void {
  const { file } = connection
  const kept = `${file}.schema-${version}`
  if (existsSync(kept)) return
  const beside = `${kept}.${process.pid}.part`
  try {
    // SQLite's own way: a whole and sound database, whatever lies in the WAL and whoever reads meanwhile
    connection.get('VACUUM INTO ?', beside)
    chmodSync(beside, 0o600)
    renameSync(beside, kept)
  } finally {
    rmSync(beside, { force: true })
  }
  const schemaOf = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1))
  const all = readdirSync(dirname(file)).filter((name) => /\.schema-\d+$/.test(name) && name.startsWith(basename(file)))
  for (const name of all.toSorted((a, b) => schemaOf(b) - schemaOf(a)).slice(KEPT)) rmSync(join(dirname(file), name))
}
