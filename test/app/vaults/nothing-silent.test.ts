import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
