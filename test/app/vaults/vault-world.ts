import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InputOf } from '../../../src-contract/operations.ts'
import type { ImportPreview, ImportReceipt } from '../../../src-contract/vault-views.ts'
import { valueOf, type World } from '../operations/world.ts'

/** A table with the given columns, every cell in quotes. */
export const table = (columns: readonly string[], ...rows: readonly (readonly string[])[]): string =>
  [columns, ...rows].map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n')

export const keys = (...rows: readonly (readonly [string, string])[]): string => table(['name', 'password'], ...rows)

/** A file of that text in a folder of its own; gone with the machine's temporary files. */
export function fileOf(text: string | Uint8Array, name = 'keys.csv'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'rekey-vault-')), name)
  writeFileSync(path, text)
  return path
}

export const preview = async (
  { app }: Pick<World, 'app'>,
  text: string | Uint8Array,
  more: Partial<InputOf<'vault.preview'>> & { readonly fileName?: string } = {},
): Promise<ImportPreview> => {
  const { fileName, ...input } = more
  return valueOf(await app.call('vault.preview', { source: { path: fileOf(text, fileName) }, ...input }))
}

export const take = async (
  world: Pick<World, 'app'>,
  text: string | Uint8Array,
  how: Partial<InputOf<'vault.import'>> = {},
  more: Parameters<typeof preview>[2] = {},
): Promise<ImportReceipt> => {
  const { id } = await preview(world, text, more)
  return valueOf(await world.app.call('vault.import', { id, ...how }))
}
