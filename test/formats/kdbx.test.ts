import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeFormat } from '../contract/format.ts'
import { vaultOf } from '../contract/vaults.ts'
import { emptyEntry, type VaultEntry, type WriteOptions } from '../../src-main/formats/define-format.ts'
import { vaultIn } from '../../src-main/formats/kdbx/vault-in.ts'
import { inFolders, openXml } from '../../src-main/formats/kdbx/write-xml.ts'
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

  it('has salts of its own, however often the same is written, and needs its words before it is done', async () => {
    const ours = { passphrase: 'ours' }
    const written = async (options: WriteOptions) => {
      const writer = quick.begin?.(options)
      writer?.add(vaultOf({ name: 'a', secret: 'key-one' }).entries)
      return await writer?.end()
    }
    const files = await Promise.all([written(ours), written(ours)])
    const starts = files.map((file) => (file?.ok ? Buffer.from(file.value.bytes.subarray(0, 150)).toString('hex') : ''))
    expect(new Set(starts).size).toBe(2)
    expect(await written({})).toMatchObject({ ok: false, failure: { code: 'vault-needs' } })
  })

  it('has a group once, where its entries come one after the other or are written as a whole', async () => {
    const groupsIn = async (entries: readonly VaultEntry[]) => {
      const xml = openXml((length) => new Uint8Array(length), [])
      return [xml.start(), ...entries.map(xml.entry), xml.end()].join('').match(/<Name>\w+<\/Name>/g)
    }
    const entries = [['a'], ['b', 'c'], ['a'], [], ['b']].map((folder, at) => ({
      ...emptyEntry,
      name: `${at}`,
      folder,
    }))
    const names = ['Rekey', 'a', 'b', 'c'].map((name) => `<Name>${name}</Name>`)
    expect(await groupsIn(inFolders(entries))).toEqual(names)
    expect((await groupsIn(entries))?.length).toBeGreaterThan(names.length)
  })

  it('tells of its entries as they come, but of none that something behind it may still change', async () => {
    const entry = (secret: string) =>
      `<Entry><UUID>${secret}</UUID><String><Key>Password</Key><Value>${secret}</Value></String></Entry>`
    const many = (secret: string) => entry(secret).repeat(600)
    const group = (body: string, uuid = 'AQAAAAAAAAAAAAAAAAAAAA==') => `<Group><UUID>${uuid}</UUID>${body}</Group>`
    const bin = '<RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>AgAAAAAAAAAAAAAAAAAAAA==</RecycleBinUUID>'
    const told = async (body: string) => {
      let count = 0
      const xml = Buffer.from(`<KeePassFile>${body}</KeePassFile>`)
      const opened = { xml, keystream: (length: number) => new Uint8Array(length), headerHash: null }
      const read = await vaultIn(opened, (some) => void (count += some.length))
      return read.ok ? [count, read.value.entries.length] : read.failure.fields['what']
    }
    const meta = `<Meta>${bin}</Meta>`
    const thrown = group(many('c'), 'AgAAAAAAAAAAAAAAAAAAAA==')
    const few = group(entry('c').repeat(9), 'AgAAAAAAAAAAAAAAAAAAAA==')
    const root = (...bodies: readonly string[]) => `<Root>${group(bodies.join(''))}</Root>`
    expect(await told(meta + root(many('a'), many('b')))).toEqual([1000, 1200])
    expect(await told(meta + root(thrown, many('a')))).toEqual([500, 600])
    expect(await told(root(thrown, many('a')) + meta)).toEqual([0, 600])
    const reference = entry('{REF:P@I:00000000000000000000000000000000}')
    expect(await told(meta + root(many('a'), reference, many('b')))).toEqual([500, 1201])
    expect(await told(`<Meta><Generator>x</Generator></Meta>${root(many('a'), few)}${meta}`)).toEqual([500, 600])
    expect(await told(`<Meta><Generator>x</Generator></Meta>${root(thrown, many('a'))}${meta}`)).toMatch(/recycle bin/)
  })

  it('follows references alone, also where an entry without an id could be meant by nothing', async () => {
    const entry = (id: string, secret: string, more: string) =>
      `<Entry><UUID>${id}</UUID><String><Key>Password</Key><Value>${secret}</Value></String><String>${more}</String></Entry>`
    const bare = entry('', 'key-one', '<Key>Notes</Key><Value>nobody’s key</Value>')
    const refers = entry('c', 'key-two', '<Key>Title</Key><Value>{REF:P@T:x}</Value>')
    const xml = Buffer.from(`<KeePassFile><Meta/><Root><Group>${bare}${refers}</Group></Root></KeePassFile>`)
    const read = await vaultIn({ xml, keystream: (length) => new Uint8Array(length), headerHash: null })
    expect(read.ok && read.value.entries.map(({ secret }) => secret)).toEqual(['key-one', 'key-two'])
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
