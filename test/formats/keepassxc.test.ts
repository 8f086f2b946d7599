import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyEntry, type ReadOptions, type Vault, type VaultEntry } from '../../src-main/formats/define-format.ts'
import { kdbx, kdbxAt } from '../../src-main/formats/kdbx.ts'
import { vaultOf, wildEntry } from '../contract/vaults.ts'
import { hasKeepassxc, keepassXml, openDesk, stringsIn, type Desk } from '../fixtures/keepassxc.ts'

/** KeePassXC itself: what it writes we read, what we write it reads, and neither loses anything of the other's. */

const quick = kdbxAt({ memoryKib: 64, passes: 1, lanes: 1 })
const passphrase = 'correct horse, пароль ✓'

const values: readonly (readonly [string, string])[] = [
  ['one character', 'x'],
  ['unicode', 'Ключ 東京 👍🏽 é \u{10FFFD}'],
  ['4,000 characters', 'made-up-'.repeat(500)],
  ['markup', `<b>&amp;</b> ]]> "quotes" 'single' <![CDATA[x]]>`],
  ['lines and tabs', 'first\nsecond\tthird\n'],
  ['spaces at the edges', '  spaced  '],
  ['binary-looking', Buffer.from(Array.from({ length: 96 }, (_, n) => n + 160)).toString('latin1')],
  ['a formula', '=1+1'],
  ['Base64', randomBytes(48).toString('base64')],
]

async function read(bytes: Uint8Array, options: ReadOptions = { passphrase }): Promise<Vault> {
  const result = await quick.read(bytes, options)
  if (!result.ok) throw new Error(`${result.failure.code} ${JSON.stringify(result.failure.fields)}`)
  return result.value
}

async function written(
  vault: Vault,
  options: { passphrase?: string; keyFile?: Uint8Array } = { passphrase },
): Promise<Uint8Array> {
  const result = await quick.write?.(vault, options)
  if (!result?.ok) throw new Error(`not written: ${JSON.stringify(result?.failure)}`)
  return result.value.bytes
}

describe.skipIf(!hasKeepassxc())('KeePassXC', () => {
  let desk: Desk
  beforeAll(() => {
    desk = openDesk()
  })
  afterAll(() => desk.clear())

  const twice = `${passphrase}\n${passphrase}\n`
  const once = `${passphrase}\n`

  it('writes what we read, in 3.1 and in 4', async () => {
    const xml = keepassXml(
      values.map(([title, value], n) => ({
        group: n % 2 === 0 ? [] : ['Team', 'Команда'],
        tags: n === 0 ? 'eu;prod' : '',
        times: n === 0 ? '<ExpiryTime>2030-01-02T03:04:05Z</ExpiryTime><Expires>True</Expires>' : '',
        strings: [
          { key: 'Title', value: title },
          { key: 'UserName', value },
          { key: 'Password', value, isHidden: true },
          { key: 'Notes', value },
          { key: 'URL', value: 'https://first.example.com' },
          { key: 'KP2A_URL', value: 'https://second.example.com' },
          { key: 'KP2A_URL_1', value: 'https://third.example.com' },
          { key: 'hidden', value, isHidden: true },
          { key: 'shown', value },
          { key: 'empty', value: '' },
        ],
      })),
    )
    desk.run(['import', '-q', '-p', desk.put('in.xml', xml), desk.path('in.kdbx')], twice)
    expect(desk.read('in.kdbx').readUInt16LE(10)).toBe(3)
    const old = await read(desk.read('in.kdbx'))
    expect(old.entries.map(({ name }) => name).sort()).toEqual(values.map(([title]) => title).sort())
    for (const [title, value] of values) {
      const entry = old.entries.find(({ name }) => name === title)
      const n = values.findIndex(([name]) => name === title)
      expect(entry).toMatchObject({
        secret: value,
        account: value,
        notes: value,
        folder: n % 2 === 0 ? [] : ['Team', 'Команда'],
        urls: ['https://first.example.com', 'https://second.example.com', 'https://third.example.com'],
        tags: n === 0 ? ['eu', 'prod'] : [],
        expiresAt: n === 0 ? '2030-01-02T03:04:05.000Z' : null,
        left: [],
      })
      expect(entry?.fields).toContainEqual({ name: 'hidden', value, isSecret: true })
      expect(entry?.fields).toContainEqual({ name: 'shown', value, isSecret: false })
      expect(entry?.fields).toContainEqual({ name: 'empty', value: '', isSecret: false })
    }
  })

  it('has attachments, versions and a recycle bin, which are named and not taken', async () => {
    const title = { key: 'Title', value: 'with more' }
    desk.run(
      ['import', '-q', '-p', desk.put('more.xml', keepassXml([{ strings: [title] }])), desk.path('more.kdbx')],
      twice,
    )
    const more = desk.path('more.kdbx')
    desk.run(['attachment-import', '-q', more, 'with more', 'report.pdf', desk.put('report', 'made up')], once)
    desk.run(['edit', '-q', '-u', 'someone', more, 'with more'], once)
    desk.run(['add', '-q', '-p', more, 'thrown away'], `${once}made-up\n`)
    desk.run(['rm', '-q', more, 'thrown away'], once)
    expect(desk.read('more.kdbx').readUInt16LE(10)).toBe(4)
    const { entries, notes } = await read(desk.read('more.kdbx'))
    expect(entries.map(({ name, account }) => [name, account])).toEqual([['with more', 'someone']])
    expect(entries[0]?.left.map(({ what }) => what)).toEqual([
      'attachment report.pdf',
      expect.stringMatching(/older version/),
    ])
    expect(notes).toEqual(['an entry in the recycle bin: not taken'])
  })

  it('has entries that refer to others, whose values are taken', async () => {
    const strings = (title: string, password: string, username = '') => ({
      strings: [
        { key: 'Title', value: title },
        { key: 'UserName', value: username },
        { key: 'Password', value: password, isHidden: true },
      ],
    })
    // ids as keepassXml gives them: 1, 2, 3
    const reference = (field: string, n: number) => `{REF:${field}@I:0000000${n}070707070707070707070707}`
    const xml = keepassXml([
      strings('first', 'made-up-first', 'ops'),
      strings('second', reference('P', 1), reference('U', 1)),
      strings('third', reference('P', 2)),
      strings('lost', '{REF:P@T:first}'),
    ])
    desk.run(['import', '-q', '-p', desk.put('ref.xml', xml), desk.path('ref.kdbx')], twice)
    expect(desk.run(['show', '-q', '-s', '-a', 'Password', desk.path('ref.kdbx'), 'third'], once)).toBe(
      'made-up-first\n',
    )
    const { entries } = await read(desk.read('ref.kdbx'))
    expect(entries.map(({ name, secret, account, left }) => [name, secret, account, left.length])).toEqual([
      ['first', 'made-up-first', 'ops', 0],
      ['second', 'made-up-first', 'ops', 0],
      ['third', 'made-up-first', null, 0],
      ['lost', '{REF:P@T:first}', null, 1],
    ])
  })

  it('opens what we write, with every value as it was', async () => {
    const entries = values.map(([name, value]) => ({
      name,
      folder: ['Team', name],
      secret: value,
      account: value,
      notes: value,
      urls: ['https://first.example.com', 'https://second.example.com'],
      fields: [
        { name: 'hidden', value, isSecret: true },
        { name: 'shown', value, isSecret: false },
      ],
    }))
    desk.put('ours.kdbx', await written(vaultOf(...entries, { name: 'empty' })))
    expect(desk.run(['ls', '-q', '-R', '-f', desk.path('ours.kdbx')], once)).toContain('Team/unicode/unicode')
    const seen = stringsIn(desk.run(['export', '-q', desk.path('ours.kdbx')], once))
    expect(seen).toHaveLength(values.length + 1)
    for (const [name, value] of values) {
      const strings = seen.find(({ Title }) => Title === name)
      expect(strings).toEqual({
        Title: name,
        UserName: value,
        Password: value,
        Notes: value,
        URL: 'https://first.example.com',
        KP2A_URL_1: 'https://second.example.com',
        hidden: value,
        shown: value,
      })
    }
    // What no XML can say goes through as well, hidden; KeePassXC keeps it where a value is hidden for good.
    const odd = '\u0001\u001F binary'
    const pin = { name: 'pin', value: odd, isSecret: true }
    desk.put('odd.kdbx', await written(vaultOf({ name: 'odd', secret: odd, fields: [pin] })))
    desk.run(['edit', '-q', '-u', 'someone', desk.path('odd.kdbx'), 'odd'], once)
    const [entry] = (await read(desk.read('odd.kdbx'))).entries
    expect(entry).toMatchObject({ name: 'odd', account: 'someone', secret: odd, fields: [pin] })
  })

  it('opens whatever we write, however odd', async () => {
    const entries = fc.sample(wildEntry, { numRuns: 300, seed: 4 })
    desk.put('wild.kdbx', await written({ entries, notes: [] }))
    expect(stringsIn(desk.run(['export', '-q', desk.path('wild.kdbx')], once))).toHaveLength(300)
    desk.run(['add', '-q', '-p', desk.path('wild.kdbx'), 'theirs'], `${once}made-up\n`)
    const back = (await read(desk.read('wild.kdbx'))).entries
    expect(back).toHaveLength(301)
    const readable = (secret: string | null): boolean => secret !== null && !secret.includes('\0')
    const secrets = new Set(back.map(({ secret }) => secret))
    expect(entries.filter(({ secret }) => readable(secret) && !secrets.has(secret))).toEqual([])
  })

  it('keeps all of ours when it saves our file anew, with Argon2id and our own field', async () => {
    const entry: VaultEntry = {
      ...emptyEntry,
      name: 'prod/service',
      folder: ['Team'],
      secret: 'made-up-0123456789',
      account: 'ops@example.com',
      urls: ['https://a.example.com', 'https://b.example.com', 'https://c.example.com'],
      notes: 'two\nlines',
      tags: ['eu', 'prod'],
      createdAt: '2026-01-02T03:04:05.000Z',
      expiresAt: '2030-01-02T03:04:05.000Z',
      fields: [
        { name: 'pin', value: '1234', isSecret: true },
        { name: 'region', value: 'eu', isSecret: false },
      ],
      rekey: {
        vendor: 'scrapebit',
        label: 'Scrapebit "prod" <eu>',
        baseUrl: null,
        inputs: { account: 'ops' },
        secretInputs: { session: 'made-up' },
        operator: null,
        subject: null,
        usedBy: ['a/.env'],
        maxAgeDays: 90,
        rotatedAt: null,
        caPem: null,
        pinSha256: null,
        history: [],
        fingerprints: null,
      },
    }
    desk.put('resaved.kdbx', await written({ entries: [entry], notes: [] }))
    desk.run(['add', '-q', '-p', desk.path('resaved.kdbx'), 'theirs'], `${once}made-up\n`)
    expect(desk.run(['db-info', '-q', desk.path('resaved.kdbx')], once)).toMatch(/Argon2id \(1 rounds, 64 KB\)/)
    const { entries } = await read(desk.read('resaved.kdbx'))
    const ours = entries.find(({ name }) => name === entry.name)
    expect({ ...ours, where: '', modifiedAt: null }).toEqual(entry)
    expect(entries.find(({ name }) => name === 'theirs')?.secret).toBe('made-up')
  })

  it.each([
    ['made by KeePassXC', null],
    ['of 32 bytes', randomBytes(32)],
    ['of 64 hexadecimal digits', Buffer.from(randomBytes(32).toString('hex'))],
    ['of any kind', Buffer.from('any file <at> all\n')],
    ['of any XML', Buffer.from('<?xml version="1.0"?><svg><path/></svg>')],
    ['of binary', randomBytes(500)],
  ])('takes a key file %s, alone and with a passphrase, both ways', async (kind, content) => {
    const name = kind.replaceAll(' ', '-')
    const path = content === null ? desk.path(`${name}.key`) : desk.put(`${name}.key`, content)
    const both = desk.path(`${name}-both.kdbx`)
    desk.run(['db-create', '-q', '-p', '--set-key-file', path, both], twice)
    desk.run(['add', '-q', '-p', '-k', path, both, 'theirs'], `${once}made-up\n`)
    const keyFile = desk.read(`${name}.key`)
    expect((await read(desk.read(`${name}-both.kdbx`), { passphrase, keyFile })).entries[0]?.secret).toBe('made-up')
    const without = await quick.read(desk.read(`${name}-both.kdbx`), { passphrase })
    expect(without.ok ? 'read' : without.failure.code).toBe('vault-passphrase')

    const vault = vaultOf({ name: 'ours', secret: 'made-up' })
    desk.put(`${name}-ours.kdbx`, await written(vault, { passphrase, keyFile }))
    desk.put(`${name}-alone.kdbx`, await written(vault, { keyFile }))
    const show = ['show', '-q', '-s', '-a', 'Password', '-k', path]
    expect(desk.run([...show, desk.path(`${name}-ours.kdbx`), 'ours'], once)).toBe('made-up\n')
    expect(desk.run([...show, '--no-password', desk.path(`${name}-alone.kdbx`), 'ours'])).toBe('made-up\n')
    expect((await read(desk.read(`${name}-alone.kdbx`), { keyFile })).entries).toHaveLength(1)
  })

  it('carries 10,000 entries both ways, at the cost that it has itself', async () => {
    const entries = Array.from({ length: 10_000 }, (_, n) => ({
      name: `prod/service-${n}`,
      folder: [`team-${n % 20}`],
      secret: `made-up-${n}-0123456789`,
      account: `user${n}@example.com`,
      urls: [`https://api${n}.example.com`],
      notes: `note ${n}`,
    }))
    const result = await kdbx.write?.(vaultOf(...entries), { passphrase })
    if (!result?.ok) throw new Error('not written')
    desk.put('many.kdbx', result.value.bytes)
    expect(desk.run(['db-info', '-q', desk.path('many.kdbx')], once)).toMatch(/Argon2id \(10 rounds, 65536 KB\)/)
    const seen = stringsIn(desk.run(['export', '-q', desk.path('many.kdbx')], once))
    expect(seen).toHaveLength(10_000)
    const bySeen = new Map(seen.map((strings) => [strings['Title'], strings['Password']]))
    expect(entries.filter(({ name, secret }) => bySeen.get(name) !== secret)).toEqual([])
    desk.run(['add', '-q', '-p', desk.path('many.kdbx'), 'theirs'], `${once}made-up\n`)
    const back = await read(desk.read('many.kdbx'))
    const byName = new Map(back.entries.map((entry) => [entry.name, entry]))
    expect(back.entries).toHaveLength(10_001)
    expect(entries.filter((entry) => byName.get(entry.name)?.secret !== entry.secret)).toEqual([])
    expect(byName.get('prod/service-77')).toMatchObject(entries[77] ?? {})
  }, 60_000)
})
