import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWorld, valueOf, type World } from '../operations/world.ts'
import { fileOf, keys, preview, take } from './vault-world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** As vendors give them; nobody's. */
const SCRAPEBIT = `sb_live_${'a1'.repeat(16)}`
const USERPLANE = 'uspl_0123456789abcdef'
const env = { fileName: '.env' }

describe('of a .env file', () => {
  const text = `PORT=3000\nA_KEY=made-up-key-1\nDATABASE_URL=postgres://a:b@c/d\n`

  it('what is left out is listed by name alone, and in the receipt; its values stay in the file', async () => {
    const seen = await preview(world, text, env)
    const leftOut = [
      { name: 'PORT', file: '.env' },
      { name: 'DATABASE_URL', file: '.env' },
    ]
    expect(seen).toMatchObject({ entries: [{ name: 'A_KEY' }], leftOut, notes: [] })
    expect(JSON.stringify(seen)).not.toMatch(/3000|postgres/)
    expect(await take(world, text, {}, env)).toMatchObject({ in: 1, stored: 1, leftOut, notes: [] })
  })

  it('one of them is taken by its name', async () => {
    const map = { DATABASE_URL: 'secret' }
    const seen = await preview(world, text, { ...env, map })
    expect(seen.entries.map(({ name }) => name)).toEqual(['A_KEY', 'DATABASE_URL'])
    expect(seen.leftOut).toEqual([{ name: 'PORT', file: '.env' }])
    const slip = await preview(world, text, { ...env, map: { database_url: 'secret' } })
    expect([slip.entries.length, slip.notes]).toEqual([1, ['no variable is called database_url']])
    await take(world, text, {}, { ...env, map })
    const kept = valueOf(await world.app.call('credential.reveal', { name: 'DATABASE_URL' }))
    expect(kept.secret).toBe('postgres://a:b@c/d')
  })

  it('one whose value has the shape of a vendor’s key is not left out, unless somebody says that it is none', async () => {
    const shaped = `SCRAPEBIT=${SCRAPEBIT}\nBILLING=${USERPLANE}\nTORN=${SCRAPEBIT.slice(0, 20)}\nMODE=live\n`
    const seen = await preview(world, shaped, env)
    expect(seen.entries.map(({ name, vendor }) => [name, vendor])).toEqual([
      ['SCRAPEBIT', 'scrapebit'],
      ['BILLING', 'userplane'],
    ])
    expect(seen.leftOut.map(({ name }) => name)).toEqual(['TORN', 'MODE'])
    const without = await preview(world, shaped, { ...env, map: { SCRAPEBIT: 'none' } })
    expect(without.entries.map(({ name }) => name)).toEqual(['BILLING'])
    expect(without.leftOut.map(({ name }) => name)).toEqual(['SCRAPEBIT', 'TORN', 'MODE'])
  })
})

describe('of a folder', () => {
  it('each file’s own are listed, and the files that could not be read', async () => {
    const path = join(fileOf('PORT=1\nA_KEY=made-up-key-1\n', '.env'), '..')
    writeFileSync(join(path, '.env.local'), 'PORT=2\nHOST=b\n')
    writeFileSync(join(path, '.env.test'), 'A_KEY=b\nthis is no line\n')
    const seen = valueOf(await world.app.call('vault.preview', { source: { path } }))
    expect(seen.leftOut).toEqual([
      { name: 'PORT', file: '.env' },
      { name: 'PORT', file: '.env.local' },
      { name: 'HOST', file: '.env.local' },
    ])
    expect(seen.refused).toEqual([{ file: '.env.test', reason: '.env.test, line 2: it is not NAME=value' }])
    const map = { PORT: 'secret', HOST: 'secret', HOSTS: 'secret' }
    const both = valueOf(await world.app.call('vault.preview', { source: { path }, map }))
    expect(both.entries.map(({ where }) => where)).toEqual([
      '.env, line 1',
      '.env, line 2',
      '.env.local, line 1',
      '.env.local, line 2',
    ])
    expect(both.notes.filter((note) => note.includes('called'))).toEqual(['no variable is called HOSTS'])
  })
})

describe('what an import that is told to refuse stops at', () => {
  it.each([
    ['two of one name', keys(['a', 'key-one'], ['A', 'key-two'])],
    ['a key that cannot be kept', keys(['a', 'key-one'], ['b', 'two\nlines'])],
    ['nothing', keys(['a', 'key-one'], ['b', ''])],
  ])('is said of each entry before: %s', async (what, text) => {
    const seen = await preview(world, text)
    const unclear = seen.entries.filter(({ isUnclear }) => isUnclear).map(({ where }) => where)
    expect(unclear).toEqual(what === 'nothing' ? [] : ['line 3'])
    const answer = await world.app.call('vault.import', { id: seen.id, onConflict: 'refuse' })
    expect(answer.ok ? [] : [answer.failure.fields['where']]).toEqual(unclear)
  })
})
