import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One row of a table of docs/security-model.md: its number, the file that holds it, and the test that shows it. */
export type Row = { readonly row: string; readonly holds: string; readonly test: string; readonly title: string }

/** Both tables, by number: `7`, `E7`. */
export function readRows(root: string): readonly Row[] {
  const text = readFileSync(join(root, 'docs/security-model.md'), 'utf8')
  return [...text.matchAll(/^\| (E?\d+) \| .* \| `([^`]+)` \| `([^`]+)` “(.*)” \|$/gm)].map(
    ([, row = '', holds = '', test = '', title = '']) => ({ row, holds, test, title }),
  )
}
