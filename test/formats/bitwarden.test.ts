import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derive, keysOf } from '../../src-main/formats/bitwarden/protect.ts'
import { bitwarden, bitwardenWith } from '../../src-main/formats/bitwarden.ts'
import type { VaultEntry } from '../../src-main/formats/define-format.ts'
import { describeFormat } from '../contract/format.ts'
import { vaultOf } from '../contract/vaults.ts'

const argon2 = bitwardenWith({ kind: 'argon2id', passes: 1, memoryMib: 1, lanes: 1 })
const pbkdf2 = bitwardenWith({ kind: 'pbkdf2', rounds: 1 })

// A / nests.
const folders = fc.stringMatching(/^[^/]{1,20}$/u)

describeFormat(argon2, { folders })
describeFormat(argon2, { folders, close: { passphrase: 'correct horse' }, runs: 40 })
describeFormat(pbkdf2, { folders, close: { passphrase: 'correct horse' }, runs: 40 })

describe('Bitwarden’s own key derivation', () => {
  // bitwarden-crypto (github.com/bitwarden/sdk-internal): test_master_key_derive_pbkdf2, …_argon2, test_stretch_key
  const password = '67t9b5g67$%Dh89n'

  it('is ours, from the passphrase to both keys', async () => {
    const { encryption, mac } = await keysOf(password, 'test_key', { kind: 'pbkdf2', rounds: 10_000 })
    expect([...encryption]).toEqual([
      111, 31, 178, 45, 238, 152, 37, 114, 143, 215, 124, 83, 135, 173, 195, 23, 142, 134, 120, 249, 61, 132, 163, 182,
      113, 197, 189, 204, 188, 21, 237, 96,
    ])
    expect([...mac]).toEqual([
      221, 127, 206, 234, 101, 27, 202, 38, 86, 52, 34, 28, 78, 28, 185, 16, 48, 61, 127, 166, 209, 247, 194, 87, 232,
      26, 48, 85, 193, 249, 179, 155,
    ])
  })

  it('is ours by Argon2id', async () => {
    const kdf = { kind: 'argon2id', passes: 4, memoryMib: 32, lanes: 2 } as const
    expect([...(await derive(password, 'test_key', kdf))]).toEqual([
      207, 240, 225, 177, 162, 19, 163, 76, 98, 106, 179, 175, 224, 9, 17, 240, 20, 147, 237, 47, 246, 150, 141, 184,
      62, 225, 131, 242, 51, 53, 225, 242,
    ])
  })
})

describe('a Bitwarden file', () => {
  const written = async (entry: Partial<VaultEntry>) => {
    const result = await bitwarden.write?.(vaultOf({ name: 'a', ...entry }), {})
    if (!result?.ok) throw new Error('not written')
    return result.value
  }

  it('keeps a one-time code where Bitwarden looks for it', async () => {
    const totp = { name: 'totp', value: 'otpauth://totp/example?secret=MADEUP', isSecret: true }
    const { bytes } = await written({ fields: [totp, { ...totp, name: 'second' }] })
    const { items } = JSON.parse(new TextDecoder().decode(bytes)) as { items: { login: object; fields: object[] }[] }
    expect(items[0]?.login).toMatchObject({ totp: totp.value })
    expect(items[0]?.fields).toHaveLength(1)
    const read = await bitwarden.read(bytes, {})
    expect(read.ok ? read.value.entries[0]?.fields : read).toEqual([totp, { ...totp, name: 'second' }])
  })

  it('says which values Bitwarden’s server would not take', async () => {
    expect((await written({ secret: 'a'.repeat(3_000) })).warnings).toEqual([])
    expect((await written({ secret: 'a'.repeat(4_000) })).warnings).toEqual([expect.stringContaining('3600')])
  })

  it('has no second / in a folder’s name', async () => {
    const { bytes, dropped } = await written({ folder: ['a/b', 'c'] })
    expect(dropped).toEqual([{ name: 'a', what: 'a folder name as it is', why: 'Bitwarden nests folders at every /' }])
    const read = await bitwarden.read(bytes, {})
    expect(read.ok ? read.value.entries[0]?.folder : read).toEqual(['a\u2215b', 'c'])
  })

  it('takes no field of somebody else for one of its own', async () => {
    const fields = [
      { name: 'rekey tags', value: 'not a list', isSecret: false },
      { name: 'rekey expires', value: 'soon', isSecret: true },
      { name: 'rekey', value: '{"v":1,"vendor":5}', isSecret: true },
    ]
    const { bytes, dropped } = await written({ fields, tags: ['eu', 'a, "b"'], expiresAt: '2030-01-02T03:04:05Z' })
    const read = await bitwarden.read(bytes, {})
    expect(dropped).toEqual([])
    expect(read.ok ? read.value.entries[0] : read).toMatchObject({
      fields,
      tags: ['eu', 'a, "b"'],
      expiresAt: '2030-01-02T03:04:05Z',
      rekey: null,
    })
    const taken = await written({ fields: [{ name: 'rekey tags', value: '["x"]', isSecret: false }] })
    expect(taken.dropped).toHaveLength(1)
    const again = await bitwarden.read(taken.bytes, {})
    expect(again.ok ? again.value.entries[0]?.fields[0]?.name : again).toBe('rekey tags (2)')
  })
})
