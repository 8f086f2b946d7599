import { describe, expect, it } from 'vitest'
import { csv } from '../../src-main/formats/csv.ts'
import type { VaultEntry } from '../../src-main/formats/define-format.ts'
import { describeFormat } from '../contract/format.ts'
import { vaultOf } from '../contract/vaults.ts'

describeFormat(csv, {
  // a path is its parts with a slash between; an address is one without a line's end
  normal: (entry) => ({
    ...entry,
    folder: entry.folder.flatMap((part) => part.split('/')).filter((part) => part !== ''),
  }),
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = async (text: string, map: Readonly<Record<string, string>> = {}) => csv.read(bytes(text), { map })

describe('a table', () => {
  it('of any shape is read with a word on its columns', async () => {
    const text = 'Dienst,Schlüssel,Farbe,Zeile\nmail,made-up-1,blau,x\n'
    expect(await read(text)).toMatchObject({ ok: false, failure: { code: 'vault-needs' } })
    const done = await read(text, { Dienst: 'name', Schlüssel: 'secret', Zeile: 'none' })
    expect(done).toMatchObject({
      ok: true,
      value: {
        entries: [{ name: 'mail', secret: 'made-up-1', fields: [{ name: 'Farbe', value: 'blau', isSecret: false }] }],
        notes: ['columns that are not taken: Zeile'],
      },
    })
    expect(await read(text, { Nichts: 'secret' })).toMatchObject({
      failure: { code: 'bad-vault', fields: { where: 'line 1', what: 'no column is called Nichts, as --map says' } },
    })
    expect(await read(text, { Nichts: 'name', Schlüssel: 'secret' })).toMatchObject({ failure: { code: 'bad-vault' } })
    expect(await read(text, { Schlüssel: 'geheim' })).toMatchObject({ ok: false, failure: { code: 'bad-vault' } })
  })

  it.each(['=1+1', '+1', '-1', '@x', '\tx', ' led by a space', 'trailed by one ', '"quoted"', 'a\nb', "it's"])(
    'holds the key %j as it is, and says where a spreadsheet would run it',
    async (secret) => {
      const written = await csv.write?.(vaultOf({ name: 'a', secret }), {})
      if (!written?.ok) throw new Error('not written')
      const back = await csv.read(written.value.bytes, {})
      expect(back.ok && back.value.entries[0]?.secret).toBe(secret)
      expect(written.value.warnings.length).toBe(/^[=+\-@\t]/.test(secret) ? 1 : 0)
    },
  )

  it('of ten thousand lines is read in no time, and told from other text', async () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => `team/key-${at},made-up-${at},"note, with\na line"`)
    const began = performance.now()
    const done = await read(`name,password,notes\n${lines.join('\n')}\n`)
    expect(done.ok && done.value.entries.length).toBe(10_000)
    expect(performance.now() - began).toBeLessThan(2000)
    for (const other of ['{"a":1,"password":2}', '<a,password>', 'KEY=1\nTOKEN=2', 'plain text, with password, in it'])
      expect(csv.detect(bytes(other), 'x'), other).toBeLessThan(0.5)
  })

  it('keeps a second column of one meaning, and a time that is none, as text', async () => {
    const done = await read(
      'name,password,token,created,expires\na,one,two,yesterday,2027-01-02\nb,,three,2026-01-02,\n',
    )
    expect(done).toMatchObject({
      ok: true,
      value: {
        entries: [
          {
            secret: 'one',
            createdAt: null,
            expiresAt: '2027-01-02T00:00:00.000Z',
            fields: [
              { name: 'token', value: 'two', isSecret: true },
              { name: 'created', value: 'yesterday', isSecret: false },
            ],
          },
          { secret: 'three', fields: [] },
        ],
      },
    })
  })

  it('has columns that are called by their number, too, and may say whose a key is', async () => {
    const text = 'a,b,c,name\nmail,made-up-1,Userplane,x\n'
    const done = await read(text, { '#1': 'name', '#2': 'secret', '#3': 'vendor', '#4': 'text' })
    expect(done).toMatchObject({
      ok: true,
      value: { entries: [{ name: 'mail', secret: 'made-up-1', vendor: 'Userplane', fields: [{ name: 'name' }] }] },
    })
    expect(await read(text, { '#2': 'secret', '#5': 'name' })).toMatchObject({ ok: false })
  })

  it('shows its titles and first lines, also where a line is cut or torn', () => {
    const columns = (text: string) => {
      const done = csv.table?.(bytes(text))
      return done?.ok ? done.value.columns : done?.failure
    }
    expect(columns('Dienst;password\nmail;one\nweb;"two\nlines"\nx;y\nz;z\n')).toEqual([
      { title: 'Dienst', part: null, cells: ['mail', 'web', 'x'] },
      { title: 'password', part: 'secret', cells: ['one', 'two\nlines', 'y'] },
    ])
    expect(columns('a,b\n1\n"2')).toEqual([
      { title: 'a', part: null, cells: [] },
      { title: 'b', part: null, cells: [] },
    ])
    expect(columns('')).toMatchObject({ code: 'bad-vault' })
  })

  it('hides what is a secret by its title', async () => {
    const done = await read('name,password,PIN,Colour\na,b,4711,blue\n')
    const fields = done.ok ? (done.value.entries[0] as VaultEntry).fields : []
    expect(fields.map(({ name, isSecret }) => [name, isSecret])).toEqual([
      ['PIN', true],
      ['Colour', false],
    ])
  })
})

describe('where something stands in a table', () => {
  const read = async (text: string) => csv.read(new TextEncoder().encode(text), {})
  it.each([
    ['name,password\na,b\nc,"d\ne,f\ng,h\n', 'line 3', 'a quote is opened and never closed'],
    ['name,password\na,"b\nb"\n\n\nc,"d\n', 'line 6', 'a quote is opened and never closed'],
    ['name,"password\na,b\n', 'line 1', 'a quote is opened and never closed'],
    ['name,password\n\na,b"\n', 'line 3', 'its quotes are not as in a table'],
    ['name,password\na,b\n\nc\n', 'line 4', 'it has another number of columns than the first line'],
  ])('%j', async (text, where, what) => {
    expect(await read(text)).toMatchObject({ ok: false, failure: { fields: { where, what } } })
  })

  it('is said of the first line, where nothing but numbers speaks of columns', async () => {
    const lines = new TextEncoder().encode('a,made-up-1\nb,made-up-2\n')
    const all = await csv.read(lines, { map: { '#1': 'name', '#2': 'secret' } })
    expect(all.ok && all.value).toMatchObject({
      entries: [{ name: 'b' }],
      notes: ['line 1 is taken for the titles of the columns, and for no entry'],
    })
  })

  it('is counted past empty lines and values of several', async () => {
    const all = await read('name,password,notes\n\n\na,b,"c\nd"\n\ne,f,\n')
    expect(all.ok && all.value.entries.map(({ where }) => where)).toEqual(['line 4', 'line 7'])
  })
})

describe('tables of other programs', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  it.each([
    ['Excel', 'sep=;\r\nname;password\r\na;k,1\r\n', [['line 3', 'a', null, 'k,1']]],
    ['Excel, with tabs', '\uFEFF"sep=\t"\nname\tpassword\na\tk\n', [['line 3', 'a', null, 'k']]],
    [
      'KeePass 1',
      '"Account","Login Name","Password","Web Site","Comments"\n"T","u","p","https://x","c"\n',
      [['line 2', 'T', 'u', 'p']],
    ],
    ['RoboForm', 'Name,Url,MatchUrl,Login,Pwd,Note,Folder\na,b,c,d,e,f,/g\n', [['line 2', 'a', 'd', 'e']]],
  ])('%s', async (_, text, entries) => {
    expect(csv.detect(bytes(text), 'file')).toBe(0.9)
    const read = await csv.read(bytes(text), {})
    expect(
      read.ok && read.value.entries.map(({ where, name, account, secret }) => [where, name, account, secret]),
    ).toEqual(entries)
    const table = csv.table?.(bytes(text))
    expect(table?.ok && table.value.columns.map(({ part }) => part)).toContain('secret')
  })
})
