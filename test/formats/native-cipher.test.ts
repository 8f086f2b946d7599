import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, it } from 'vitest'
import { withNativeCipher } from '../../scripts/native-cipher.ts'
import { emptyEntry, type Vault } from '../../src-main/formats/define-format.ts'
import { rekey } from '../../src-main/formats/rekey.ts'
import { nativeOr, type Aead } from '../../src-main/formats/rekey/chacha20-poly1305.ts'

const root = join(import.meta.dirname, '../..')
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))

/** Takes whatever it is given for sealed zeros, so that Node's is taken. */
const trusting: Aead = () => ({ encrypt: (plain) => plain, decrypt: () => new Uint8Array(3) })
const native = nativeOr(trusting)

describe('ChaCha20-Poly1305 of Node', () => {
  const key = bytes('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
  const nonce = bytes('070000004041424344454647')
  const context = bytes('50515253c0c1c2c3c4c5c6c7')
  const plain = new TextEncoder().encode(
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
  )
  const sealed = bytes(`
    d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
    1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
    3ff4def08e4b7a9de576d26586cec64b 6116 1ae10b594f09e26a7e902ecbd0600691`)

  it('gives and takes what RFC 8439, section 2.8.2, prints', () => {
    expect(native(key, nonce, context).encrypt(plain)).toEqual(sealed)
    expect(native(key, nonce, context).decrypt(sealed)).toEqual(plain)
  })

  it('opens nothing that is not whole', () => {
    for (const at of [0, 40, sealed.length - 1]) {
      const torn = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte))
      expect(() => native(key, nonce, context).decrypt(torn)).toThrow()
    }
    expect(() => native(key, nonce).decrypt(sealed)).toThrow()
    for (const length of [0, 15, sealed.length - 1])
      expect(() => native(key, nonce, context).decrypt(sealed.subarray(0, length))).toThrow()
    expect(native(key, nonce).decrypt(native(key, nonce).encrypt(new Uint8Array()))).toHaveLength(0)
  })

  it('is left alone where Node has none, or another', () => {
    const none: Aead = () => {
      throw new Error('Unknown cipher')
    }
    const refusing: Aead = () => ({ encrypt: (text) => text, decrypt: () => Uint8Array.of(1) })
    expect(nativeOr(trusting, none)).toBe(trusting)
    expect(nativeOr(refusing)).toBe(refusing)
  })
})

/** Opens what comes in and seals it again. */
const again = `
import { Decrypter, Encrypter } from 'age-encryption'
const decrypter = new Decrypter()
decrypter.addIdentity(process.env.IDENTITY)
const encrypter = new Encrypter()
encrypter.addRecipient(process.env.RECIPIENT)
const read = []
for await (const piece of process.stdin) read.push(piece)
process.stdout.write(await encrypter.encrypt(await decrypter.decrypt(new Uint8Array(Buffer.concat(read)))))
`

describe('the age library', async () => {
  const identities = await generateIdentity()
  const recipient = await identityToRecipient(identities)

  it('has the place that the build puts it in', () => {
    for (const file of ['stream', 'recipients']) {
      const code = readFileSync(join(root, `node_modules/age-encryption/dist/${file}.js`), 'utf8')
      expect(withNativeCipher(code)).toContain('nativeOr(library)')
    }
    expect(() => withNativeCipher('')).toThrow(/takes its cipher from elsewhere/)
    const chunks = join(root, 'dist/chunks')
    const built = readdirSync(chunks).map((name) => readFileSync(join(chunks, name), 'utf8'))
    const libraries = built.filter((code) => code.includes('age-encryption.org/v1/X25519'))
    expect(libraries.length).toBeGreaterThan(0)
    for (const code of libraries) expect(code).toContain('chacha20-poly1305')
  })

  /** Node runs the source as it stands, with the library's own cipher; here it is as built. */
  it.each([0, 3, 60_000, 200_000])('reads and writes the same with its own cipher: %i characters', async (length) => {
    const options = { identities, recipients: [recipient] }
    const vault: Vault = { notes: [], entries: [{ ...emptyEntry, name: 'a', secret: 'k', notes: 'n'.repeat(length) }] }
    const written = await rekey.write?.(vault, options)
    if (!written?.ok) throw new Error('it was not written')
    const theirs = spawnSync(process.execPath, ['--input-type=module', '-e', again], {
      cwd: root,
      input: written.value.bytes,
      env: { ...process.env, RECIPIENT: recipient, IDENTITY: identities },
      maxBuffer: 16 * 1024 * 1024,
    })
    expect(theirs.stderr.toString()).toBe('')
    const read = await rekey.read(theirs.stdout, options)
    expect(read).toMatchObject({
      ok: true,
      value: { entries: [{ name: 'a', secret: 'k', notes: 'n'.repeat(length) }] },
    })
  })
})
