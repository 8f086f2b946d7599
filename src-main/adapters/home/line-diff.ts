import { diffLines } from 'diff'

/** What changed between two texts, a line each: `+` added, `-` removed, two lines of context. */
export function lineDiff(before: string, after: string): string {
  return diffLines(before, after)
    .flatMap((part) => {
      const lines = part.value.replace(/\n$/, '').split('\n')
      if (part.added) return lines.map((line) => `+ ${line}`)
      if (part.removed) return lines.map((line) => `- ${line}`)
      return lines.length > 5
        ? [...lines.slice(0, 2), '…', ...lines.slice(-2)].map((line) => `  ${line}`)
        : lines.map((line) => `  ${line}`)
    })
    .join('\n')
}
