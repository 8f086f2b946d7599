import { escapeText } from '../../../src-contract/escape.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { Paint } from './output.ts'

/** One rotation's ending in a line: a mark, the name, what is true, the new tail. */
export function resultLine(result: RotationResult, paint: Paint, width = 0): string {
  const isWell = result.outcome === 'rotated' || result.code === 'dry-run'
  const mark = isWell ? paint('green', '✓') : result.settled ? paint('yellow', '–') : paint('red', '!')
  const tail = result.newKey?.tail ? paint('dim', `  …${escapeText(result.newKey.tail)}`) : ''
  return `${mark} ${escapeText(result.name).padEnd(width)}  ${escapeText(result.message)}${tail}`
}

/** What to do about it, where something is to be done. */
export const hintLine = (result: RotationResult, paint: Paint): string | null =>
  result.hint === undefined ||
  result.outcome === 'rotated' ||
  result.code === 'dry-run' ||
  result.code === 'pace' ||
  result.code === 'rate-limited'
    ? null
    : paint('dim', `    ${escapeText(result.hint)}`)
