import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keystreamOf } from '../../src-main/formats/kdbx/keystream.ts'

const [SALSA20, CHACHA20] = [2, 3]
const key = new Uint8Array(randomBytes(64)).buffer
/** Shorter than a piece, nothing, across its end, and longer than several. */
const lengths = [5, 0, 1, 16_384, 63, 64, 65, 100_000, 20_000]

describe("the stream of KDBX's hidden values", () => {
  it("is the same whether Node's own cipher gives it or the library's", async () => {
    const native = await keystreamOf({ stream: CHACHA20, key })
    const library = await keystreamOf({ stream: CHACHA20, key }, () => null)
    for (const length of lengths) {
      const bytes = Buffer.from(native(length))
      expect(bytes.length).toBe(length)
      expect(bytes.equals(library(length))).toBe(true)
    }
  })

  it('goes on where it stopped, however it is asked for', async () => {
    const whole = (await keystreamOf({ stream: SALSA20, key }))(lengths.reduce((sum, length) => sum + length))
    const parts = await keystreamOf({ stream: SALSA20, key })
    expect(Buffer.concat(lengths.map(parts)).equals(whole)).toBe(true)
  })

  it('is refused where nobody knows it', async () => {
    await expect(keystreamOf({ stream: 1, key })).rejects.toThrow()
  })
})
