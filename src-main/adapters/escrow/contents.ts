import type { EscrowContents, EscrowEnd } from '../../core/ports.ts'
import { Secret } from '../../core/secret.ts'
import type { Part } from './format.ts'

/** The end of a connection, as sealed: `bytes` counts the reply's bytes past the cap too. */
export type SealedEnd = EscrowEnd & { readonly bytes?: number }

export const endPart = (end: SealedEnd): Part => ({ type: 'end', index: 0, plain: Buffer.from(JSON.stringify(end)) })

/**
 * Puts the parts of a rotation's files together, the first copy of each counting. Chunks of the reply count up to the
 * first one missing: joining what lies beyond a hole could make a key that never was.
 */
export function contentsOf(parts: readonly Part[]): EscrowContents {
  const old = parts.find((part) => part.type === 'old')
  const chunks = inOrder(parts, 'wire')
  const last = parts.find((part) => part.type === 'end')
  return {
    old: old ? Secret.of(old.plain.toString('utf8')) : null,
    pasted: inOrder(parts, 'pasted').map((part) => Secret.of(part.plain.toString('utf8'))),
    wire: new Uint8Array(Buffer.concat(chunks.map((part) => part.plain))),
    end: last && !hasHole(parts, chunks.length) ? readEnd(last) : null,
  }
}

function inOrder(parts: readonly Part[], type: Part['type']): readonly Part[] {
  const byIndex = new Map<number, Part>()
  for (const part of parts) if (part.type === type && !byIndex.has(part.index)) byIndex.set(part.index, part)
  const found: Part[] = []
  for (let part = byIndex.get(0); part; part = byIndex.get(found.length)) found.push(part)
  return found
}

const hasHole = (parts: readonly Part[], chunks: number): boolean =>
  parts.some((part) => part.type === 'wire' && part.index > chunks)

function readEnd(part: Part): EscrowEnd {
  const { bytes: _, ...end } = JSON.parse(part.plain.toString('utf8')) as SealedEnd
  return end
}
