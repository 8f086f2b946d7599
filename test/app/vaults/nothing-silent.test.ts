import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyTraits, type RekeyTraits } from '../../../src-main/formats/define-traits.ts'
import { openWorld, valueOf, type World } from '../operations/world.ts'
import { fileOf, keys, preview, take } from './vault-world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

type Traits = Partial<RekeyTraits>
const entry = (name: string, secret: string, rekey: Traits | null, more: object = {}): object => ({
  ...{ name, secret, folder: [], account: null, urls: [], notes: null, tags: [], fields: [] },
  ...{ createdAt: null, modifiedAt: null, expiresAt: null },
  rekey: rekey === null ? null : { ...emptyTraits, ...rekey },
  ...more,
})
const file = (...entries: readonly object[]): string => JSON.stringify({ rekey: 1, entries })
const own = { fileName: 'keys.rekey' }
const LONG = 'tag '.repeat(20).trim()

describe('nothing goes without a word', () => {
  it('of a tag that is longer than tags are here', async () => {
    const text = file(entry('a', 'made-up-key-1', null, { tags: ['short', LONG] }))
    const seen = await preview(world, text, own)
    expect(seen.entries[0]).toMatchObject({ tags: ['short'], kept: ['tags'] })
    expect(await take(world, text, {}, own)).toMatchObject({ stored: 1, keptAsText: ['tags'], dropped: [] })
    const kept = valueOf(await world.app.call('credential.reveal', { name: 'a', field: 'tags' }))
    expect(kept.secret).toBe(LONG)
  })

  it('of what a vendor has no place for', async () => {
    const { baseUrl } = world.sandbox.vendors.scrapebit
    const { key } = world.sandbox.addPrincipal('scrapebit')
    const traits = { vendor: 'scrapebit', baseUrl, secretInputs: { other: 'x' }, pinSha256: 'no fingerprint' }
    expect(await take(world, file(entry('a', key, traits)), {}, own)).toMatchObject({
      stored: 1,
      keptAsText: ['pin-sha256', 'other'],
    })
  })

  it('of what stays in the file where its key takes the place of another', async () => {
    await take(world, keys(['prod/a', 'made-up-key-1']))
    const past = [{ at: '2026-01-01T00:00:00Z', event: 'added', detail: {} }]
    const traits = { label: 'The one', maxAgeDays: 30, usedBy: ['x/.env'], history: past }
    const text = file(entry('prod/a', 'made-up-key-2', traits))
    const seen = await preview(world, text, own)
    const whats = ['label', 'max-age', 'used-by', 'its past']
    expect(seen.entries[0]?.left.map(({ what }) => what)).toEqual(whats)
    const receipt = await take(world, text, { onConflict: 'replace' }, own)
    const why = 'prod/a keeps its own'
    expect(receipt).toMatchObject({ stored: 1, replaced: ['prod/a'], dropped: [] })
    expect(receipt.notTaken).toEqual(whats.map((what) => ({ name: 'prod/a', what, why })))
  })

  it('of why it was skipped: not of what its vendor would have asked for', async () => {
    const odd = { vendor: 'conjur', inputs: { bogus: 'x' } }
    await take(world, file(entry('a', 'made-up-key-1', odd)), {}, own)
    const again = await take(world, file(entry('a', 'made-up-key-1', odd)), {}, own)
    expect(again.skipped).toEqual([{ name: 'a', reason: 'it is kept here already' }])
    const changed = await take(world, file(entry('a', 'made-up-key-2', odd)), { onConflict: 'skip' }, own)
    expect(changed.skipped).toEqual([{ name: 'a', reason: 'that name is kept here with another key' }])
  })

  it('of a key that the file could not take: it is not among those that were stored', async () => {
    await take(world, keys(['plain', 'made-up-key-1'], ['odd', `a'b"c\`d`]))
    const path = join(fileOf(''), '../out.env')
    const answer = await world.app.call('vault.export', { to: { path }, format: 'dotenv', plainText: true })
    expect(valueOf(answer)).toMatchObject({ in: 2, stored: 1 })
    expect(readFileSync(path, 'utf8')).not.toContain('odd')
    const events = valueOf(await world.app.call('history.list', { name: 'odd' }))
    expect(events.map(({ event }) => event)).toEqual(['imported'])
  })
})

describe('of a folder with a file that cannot be read', () => {
  const good = 'A_KEY=made-up-key-1\n'
  const bad = 'B_KEY=made-up-key-2\nthis is no line\n'
  const said = '.env.local, line 2: it is not NAME=value; nothing of this file is taken'

  it('the others are shown, and that one is named with its place', async () => {
    const path = join(fileOf(good, '.env'), '..')
    writeFileSync(join(path, '.env.local'), bad)
    writeFileSync(join(path, '.netrc'), Buffer.from('machine a login b password caf\xe9\n', 'latin1'))
    const seen = valueOf(await world.app.call('vault.preview', { source: { path } }))
    expect(seen).toMatchObject({ file: basename(path), format: 'folder', entries: [{ where: '.env, line 1' }] })
    expect(seen.notes).toEqual([said, '.netrc, line 1: it is not text in UTF-8; nothing of this file is taken'])
    const { id } = seen
    expect(await world.app.call('vault.import', { id, onConflict: 'refuse' })).toMatchObject({
      ok: false,
      failure: { code: 'unclear-import', fields: { where: '.env.local, line 2', what: 'it is not NAME=value' } },
    })
    const receipt = valueOf(await world.app.call('vault.import', { id, onConflict: 'skip' }))
    expect(receipt).toMatchObject({ in: 1, stored: 1 })
    expect(receipt.notes).toContain(said)
  })

  it('so it is for a window', async () => {
    const part = (fileName: string, text: string) => ({
      fileName,
      content: Buffer.from(text, 'latin1').toString('base64'),
    })
    const files = [
      part('.env', good),
      part('.env.local', bad),
      part('.conjurrc', 'account: main\nappliance_url: https://conjur.example\n'),
      part('.netrc', 'machine https://conjur.example/authn login a password caf\xe9\n'),
    ]
    const seen = valueOf(await world.app.call('vault.preview', { source: { folder: 'project', files } }))
    expect(seen.entries.map(({ name }) => name)).toEqual(['A_KEY'])
    expect(seen.notes).toEqual([
      '.conjurrc, .netrc beside it: it is not text in UTF-8; nothing of this file is taken',
      said,
      '.netrc, line 1: it is not text in UTF-8; nothing of this file is taken',
    ])
  })

  it('and where there is nothing else, it says so', async () => {
    const path = join(fileOf(bad, '.env'), '..')
    expect(await world.app.call('vault.preview', { source: { path } })).toMatchObject({
      ok: false,
      failure: { code: 'bad-vault', fields: { file: '.env', where: 'line 2' } },
    })
  })
})
