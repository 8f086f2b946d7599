/** The difference of two texts, cut into lines that say what happened to them. Nothing of a line is left out: it is read to be trusted. */
import { escapeText } from '../../../src-contract/escape.ts'

export type DiffLine = { readonly kind: 'added' | 'removed' | 'same'; readonly text: string }

const kinds = { '+ ': 'added', '- ': 'removed' } as const

export function diffLines(diff: string): readonly DiffLine[] {
  if (diff === '') return []
  return diff.split('\n').map((line) => {
    const mark = line.slice(0, 2)
    const kind = mark === '+ ' || mark === '- ' ? kinds[mark] : 'same'
    return { kind, text: escapeText(line.slice(2)) }
  })
}
