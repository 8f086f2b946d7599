import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWorld, valueOf, type World } from '../operations/world.ts'
import { fileOf, preview, table } from './vault-world.ts'

/** Tables that say too little of themselves: what is shown of their columns, and whose keys a column says they are. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const live = `sb_live_${'7'.repeat(32)}`

describe('the columns of a table', () => {
  it('are shown without what is in them', async () => {
    const rows = [
      ['mail', live, 'https://x.example/?key=1', 'me@x.example', '2026-01-02', '4711', ''],
      ['web', 'short', '', '', '', '', 'two words'],
    ]
    const path = fileOf(table(['Dienst', 'Geheimnis', 'Wo', 'Wer', 'created', 'PIN', ''], ...rows))
    const { columns } = valueOf(await world.app.call('vault.columns', { source: { path } }))
    expect(columns.map(({ title, part, cells }) => [title, part, ...cells.map(({ kind }) => kind)])).toEqual([
      ['Dienst', 'text', 'text', 'text'],
      ['Geheimnis', 'text', 'text', 'text'],
      ['Wo', 'text', 'address', 'empty'],
      ['Wer', 'text', 'email', 'empty'],
      ['created', 'created', 'date', 'empty'],
      ['PIN', 'text', 'number', 'empty'],
      ['', 'text', 'empty', 'text'],
    ])
    expect(columns[1]?.cells[0]).toEqual({ kind: 'text', characters: 40, tail: '7777' })
    expect(columns[1]?.cells[1]).toEqual({ kind: 'text', characters: 5, tail: null })
    expect(JSON.stringify(columns)).not.toMatch(/sb_live|short|4711|me@x|key=1|two words/)
  })

  it('that have no titles do not give the first entry away', async () => {
    const path = fileOf(`mail,${live},https://x.example/,me@x.example\nweb,${live}2,,\n`)
    const { columns } = valueOf(await world.app.call('vault.columns', { source: { path } }))
    expect(columns.map(({ title }) => title)).toEqual(['mail', null, null, null])
    expect(JSON.stringify(columns)).not.toContain('sb_live')
  })
})

describe('a column with the vendor', () => {
  it('says whose a key is, by id or name; where its shape says otherwise, that is asked, and nothing is lost', async () => {
    const id = { 'user-id': '42' }
    const seen = await preview(
      world,
      table(
        ['name', 'password', 'vendor', 'user-id'],
        ['one', '0123456789abcdef'.repeat(4), 'hienergy', id['user-id']],
        ['two', 'fedcba9876543210'.repeat(4), 'Hi Energy AI', '43'],
        ['three', 'not hexadecimal', 'hienergy', '44'],
        ['four', 'whatever', 'Nobody & Sons', ''],
      ),
    )
    expect(seen.entries.map(({ vendor, guess, kept }) => [vendor, guess?.confidence, kept])).toEqual([
      ['hienergy', 'likely', []],
      ['hienergy', 'likely', ['vendor']],
      ['other', 'possible', ['user-id', 'vendor']],
      ['other', undefined, ['vendor']],
    ])
  })
})
