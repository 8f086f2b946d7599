import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src-main/adapters/crypto/node-crypto.ts'
import { Secret } from '../../../src-main/core/secret.ts'

const secret = Secret.of('sb_live_0123456789')

describe('fingerprints', () => {
  it('are keyed: the same secret has another one under another key', () => {
    const [one, two] = [nodeCrypto.newKey(), nodeCrypto.newKey()]
    expect(nodeCrypto.fingerprint(one, secret)).toMatch(/^[0-9a-f]{16}$/)
    expect(nodeCrypto.fingerprint(one, secret)).toBe(nodeCrypto.fingerprint(one, secret))
    expect(nodeCrypto.fingerprint(one, secret)).not.toBe(nodeCrypto.fingerprint(two, secret))
  })

  it('are HMAC-SHA-256, cut to 16 digits', () => {
    const key = nodeCrypto.newKey()
    const expected = createHmac('sha256', nodeCrypto.bytes(key)).update('sb_live_0123456789').digest('hex').slice(0, 16)
    expect(nodeCrypto.fingerprint(key, secret)).toBe(expected)
  })
})

describe('keys', () => {
  it('are 32 bytes, each another', () => {
    const keys = Array.from({ length: 50 }, () => nodeCrypto.newKey())
    for (const key of keys) expect(nodeCrypto.bytes(key)).toHaveLength(32)
    expect(new Set(keys.map((key) => key.use((text) => text))).size).toBe(50)
  })

  it('have an id that does not give them away', () => {
    const key = nodeCrypto.newKey()
    expect(nodeCrypto.keyId(key)).toMatch(/^[0-9a-f]{16}$/)
    expect(key.use((text) => Buffer.from(text, 'base64').toString('hex'))).not.toContain(nodeCrypto.keyId(key))
  })
})

describe('random text', () => {
  it('draws every character of the alphabet about equally often', () => {
    const alphabet = 'abcdefghijk'
    const text = nodeCrypto.randomText(alphabet, 22_000)
    expect(text).toHaveLength(22_000)
    for (const character of alphabet) {
      const count = text.split(character).length - 1
      expect(count).toBeGreaterThan(1700)
      expect(count).toBeLessThan(2300)
    }
  })
})
