import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeFormat } from '../contract/format.ts'
import { vaultOf } from '../contract/vaults.ts'
import type { WriteOptions } from '../../src-main/formats/define-format.ts'
import { vaultIn } from '../../src-main/formats/kdbx/vault-in.ts'
import { kdbxAt } from '../../src-main/formats/kdbx.ts'

const quick = kdbxAt({ memoryKib: 64, passes: 1, lanes: 1 })

describeFormat(quick, { close: { passphrase: 'correct horse' }, runs: 60 })
describeFormat(quick, { close: { keyFile: new TextEncoder().encode('any file at all, made up\n') }, runs: 15 })

describe('a KDBX file', () => {
  it('comes with a word about control characters, which KeePassXC does not show in full', async () => {
    const said = async (secret: string) => {
      const written = await quick.write?.(vaultOf({ name: 'a', secret }), { passphrase: 'made up' })
      return written?.ok ? written.value.warnings : null
    }
    expect(await said('plain\ttext')).toEqual([])
    expect(await said('a\u0000b')).toEqual([expect.stringContaining('up to a NUL')])
  })

  it('is known also where it is too old or too new to be read', () => {
    const golden = (name: string) => readFileSync(new URL(`../fixtures/vaults/kdbx/bad.${name}.kdbx`, import.meta.url))
    for (const name of ['keepass-1', 'newer-5', 'version-2']) expect(quick.detect(golden(name), 'file')).toBe(1)
  })

  it('is begun ahead for the words it is written with, and for one file alone', async () => {
    const [ours, others] = [{ passphrase: 'ours' }, { passphrase: 'others' }]
    const vault = vaultOf({ name: 'a', secret: 'key-one' })
    const written = async (options: WriteOptions) => {
      const done = await quick.write?.(vault, options)
      if (!done?.ok) throw new Error('not written')
      return done.value.bytes
    }
    quick.prepare?.(ours)
    const files = [await written(ours), await written(ours)]
    quick.prepare?.(others)
    files.push(await written(ours))
    for (const file of files) expect(await quick.read(file, ours)).toMatchObject({ ok: true, value: { entries: [{}] } })
    expect(new Set(files.map((file) => Buffer.from(file.subarray(0, 150)).toString('hex'))).size).toBe(3)
    quick.prepare?.({})
    expect(await quick.write?.(vault, {})).toMatchObject({ ok: false, failure: { code: 'vault-needs' } })
  })

  it('is text in UTF-8, and refused where it is not', async () => {
    const xml = Buffer.concat([
      Buffer.from('<KeePassFile><Meta>'),
      Buffer.from([0xff, 0xc0, 0xaf]),
      Buffer.from('</Meta>'),
    ])
    const read = await vaultIn({ xml, keystream: (length) => new Uint8Array(length), headerHash: null })
    expect(read).toMatchObject({ ok: false, failure: { fields: { what: 'it is not text in UTF-8' } } })
  })

  it('has notes and tags of groups, which are named', async () => {
    const group = '<Group><Name>g</Name><Notes>a</Notes><Tags>x;y</Tags></Group>'
    const xml = `<KeePassFile><Meta/><Root><Group><Notes>b</Notes>${group}</Group></Root></KeePassFile>`
    const read = await vaultIn({
      xml: new TextEncoder().encode(xml),
      keystream: (length) => new Uint8Array(length),
      headerHash: null,
    })
    expect(read).toEqual({
      ok: true,
      value: { entries: [], notes: ['notes of 2 groups: not taken', 'tags of a group: not taken'] },
    })
  })
})
