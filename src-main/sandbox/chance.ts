import { createHash, randomBytes } from 'node:crypto'

/** Where keys come from: the system's randomness, or, for the same keys every time, a seed. */
export type Chance = {
  readonly bytes: (count: number) => Buffer
  /** That many characters drawn from the alphabet. */
  readonly text: (alphabet: string, length: number) => string
}

const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
export const alphanumeric = `${digits}${lower}${lower.toUpperCase()}`
export const lowerHex = `${digits}abcdef`

function seededBytes(seed: string): (count: number) => Buffer {
  let block = 0
  return (count) => {
    const parts: Buffer[] = []
    for (let have = 0; have < count; have += 32) {
      parts.push(createHash('sha256').update(`${seed}\n${block++}`).digest())
    }
    return Buffer.concat(parts).subarray(0, count)
  }
}

export function createChance(seed: string | null): Chance {
  const bytes = seed === null ? randomBytes : seededBytes(seed)
  return {
    bytes,
    text: (alphabet, length) => [...bytes(length)].map((byte) => alphabet[byte % alphabet.length]).join(''),
  }
}
