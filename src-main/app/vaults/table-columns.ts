/** What the columns of a table look like: enough to know one from another, and nothing of what is in them. */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { CellShape } from '../../../src-contract/vault-views.ts'
import { Secret, tailOf } from '../../core/secret.ts'
import type { Handler } from '../context.ts'
import { sourceOf } from './previews.ts'

/** The titles and the first lines are in it. */
const GLANCE_BYTES = 65_536

export const tableColumns: Handler<'vault.columns'> = async (context, input) => {
  const source = sourceOf(context, input.source)
  if (!source.ok) return source
  const [part] = source.value.parts
  if (!part) return err(fail('unknown-format', { file: 'the file' }))
  const table = await context.ports.vaultFormats.table({ ...part, bytes: part.bytes.slice(0, GLANCE_BYTES) })
  if (!table.ok) return table
  return ok({
    columns: table.value.columns.map(({ title, part: meaning, cells }) => ({
      title: looksLikeTitle(title) ? title : null,
      part: meaning ?? 'text',
      cells: cells.map(shapeOf),
    })),
  })
}

const shapes: readonly (readonly [kind: CellShape['kind'], looks: RegExp])[] = [
  ['empty', /^$/],
  ['address', /^https?:\/\/\S+$/i],
  ['email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  ['date', /^\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/],
  ['number', /^\d+$/],
]

/** A table without titles has its first entry there, and its key is no title to be shown. */
const looksLikeTitle = (title: string): boolean =>
  title.length <= 60 &&
  !/@|:\/\//.test(title) &&
  title.split(/\s+/).every((word) => word.length < 20 && !(word.length > 11 && /\d/.test(word)))

/** Any cell may be the key: what is shown of it is what is shown of a key. */
function shapeOf(cell: string): CellShape {
  const kind = shapes.find(([, looks]) => looks.test(cell))?.[0] ?? 'text'
  return { kind, characters: cell.length, tail: kind === 'text' || kind === 'number' ? tailOf(Secret.of(cell)) : null }
}
