import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyTraits, type RekeyTraits } from '../../../src-main/formats/define-traits.ts'
import { valueOf, openWorld, type World } from '../operations/world.ts'
import { preview, take } from './vault-world.ts'

/**
 * A vault file whose author means harm: it says where its keys go, who rotates them, whom to believe, and what happened to
 * them. Nothing is sent before a person confirms it, nothing that is kept changes, and everything answers afterwards.
 */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const HUGE = 'x'.repeat(1_000_000)
const FAR = '9999-12-31T23:59:59.999Z'
let made = 0
const outcomes: boolean[] = []

/** A Rekey file in clear, of one entry for each of these. */
const fileWith = (...all: readonly (Partial<RekeyTraits> & { readonly entry?: object })[]): string =>
  JSON.stringify({
    rekey: 1,
    entries: all.map(({ entry, ...traits }) => ({
      name: `hostile/${(made += 1)}`,
      folder: [],
      secret: `a-hostile-key-${made}`,
      account: null,
      urls: [],
      notes: null,
      tags: [],
      createdAt: null,
      modifiedAt: null,
      expiresAt: null,
      fields: [],
      rekey: { ...emptyTraits, ...traits },
      ...entry,
    })),
  })

const names = async (): Promise<readonly string[]> =>
  valueOf(await world.app.call('credential.list', {})).map(({ name }) => name)

/** Everything that a person does next works, within a moment. */
async function expectWell(): Promise<void> {
  const started = performance.now()
  for (const name of await names()) {
    valueOf(await world.app.call('credential.show', { name }))
    valueOf(await world.app.call('credential.verify', { names: [name] }))
    await world.app.call('rotation.plan', { names: [name] })
  }
  valueOf(await world.app.call('history.list', { limit: 1000 }))
  valueOf(await world.app.call('doctor.run', {}))
  valueOf(await world.app.call('rotation.recover', {}))
  await world.reopen()
  valueOf(await world.app.call('credential.list', {}))
  valueOf(
    await world.app.call('credential.add', { vendor: 'other', name: `after/${(made += 1)}`, secret: `k-${made}` }),
  )
  expect(performance.now() - started).toBeLessThan(15_000)
}

describe('a file that says where its keys go', () => {
  it.each([
    'https://evil.example',
    'https://api.scrapebit.com.evil.example',
    'https://api.scrapebit.com@evil.example',
    'http://169.254.169.254',
    'file:///etc/passwd',
    'https://evil.example/#https://api.scrapebit.com',
    HUGE,
  ])('keeps the key, and sends it nowhere: address %#', async (baseUrl) => {
    const { key } = world.sandbox.addPrincipal('scrapebit')
    await take(world, fileWith({ vendor: 'scrapebit', baseUrl, entry: { name: 'target', secret: key } }))
    const shown = valueOf(await world.app.call('credential.show', { name: 'target' }))
    expect(shown).toMatchObject({ vendor: 'other', baseUrl: null })
    expect(await world.rotate('target')).toMatchObject([{ outcome: 'not-started' }])
    expect(world.sandbox.log).toEqual([])
    await expectWell()
  })

  it('sends nothing to an address that its vendor allows, nor by an operator it names, before a person said so', async () => {
    const { baseUrl } = world.sandbox.vendors.conjur
    const [admin, who] = [world.sandbox.addPrincipal('conjur'), world.sandbox.addPrincipal('conjur')]
    valueOf(await world.add('conjur', 'prod/admin', admin))
    const before = world.sandbox.log.length
    const inputs = { ...who.inputs }
    const file = fileWith(
      { vendor: 'conjur', baseUrl: 'https://evil.example', inputs, operator: 'prod/admin', entry: { name: 'a' } },
      { vendor: 'conjur', baseUrl, inputs, operator: 'prod/admin', pinSha256: 'ab'.repeat(32), entry: { name: 'b' } },
    )
    const { id } = await preview(world, file)
    const choices = [{ index: 0, do: 'import' as const }]
    valueOf(await world.app.call('vault.import', { id, choices, onConflict: 'skip' }))
    for (const name of await names()) {
      if (name === 'prod/admin') continue
      expect(await world.rotate(name), name).toMatchObject([{ outcome: 'not-started' }])
      await world.app.call('credential.verify', { names: [name] })
      const { operator, unconfirmed } = valueOf(await world.app.call('credential.show', { name }))
      if (operator !== null) expect(unconfirmed, name).toContain('operator')
    }
    expect(world.sandbox.log.length).toBe(before)
    expect(world.keyIn('prod/admin')).toBe(admin.key)
    await expectWell()
  })

  it('lets no operator that it names rotate a key, though the address is good, before a person said so', async () => {
    const { baseUrl } = world.sandbox.vendors.conjur
    const admin = world.sandbox.addPrincipal('conjur', undefined, { isAdmin: true })
    const who = world.sandbox.addPrincipal('conjur')
    valueOf(await world.add('conjur', 'prod/admin', admin))
    const entry = { name: 'by/admin', secret: who.key }
    const file = fileWith({ vendor: 'conjur', baseUrl, inputs: { ...who.inputs }, operator: 'prod/admin', entry })
    expect(await take(world, file)).toMatchObject({ stored: 1, unconfirmed: ['by/admin'] })
    const before = world.sandbox.log.length
    expect(await world.rotate('by/admin')).toMatchObject([{ outcome: 'not-started', code: 'unconfirmed-operator' }])
    expect(world.sandbox.log.length).toBe(before)
    valueOf(await world.app.call('credential.edit', { name: 'by/admin', operator: 'prod/admin' }))
    expect(await world.rotate('by/admin')).toMatchObject([{ outcome: 'rotated' }])
  })

  it.each([
    ['other', { vendor: 'other', baseUrl: 'https://evil.example', operator: 'x' }],
    ['a vendor nobody knows', { vendor: '../../etc/passwd' }],
    ['a vendor that every object has', { vendor: '__proto__' }],
    ['a vendor of a million characters', { vendor: HUGE }],
    ['a vendor in other characters', { vendor: 'scrapebit\u202e\u0000' }],
  ])('is of %s, and all is well', async (_, traits) => {
    expect(await take(world, fileWith(traits))).toMatchObject({ stored: 1 })
    expect(valueOf(await world.app.call('credential.list', {}))).toMatchObject([{ vendor: 'other', baseUrl: null }])
    await expectWell()
  })
})

describe('a file that lies about the past and the future', () => {
  it.each<[string, Partial<RekeyTraits> & { readonly entry?: object }]>([
    ['rotated in ten thousand years', { rotatedAt: FAR, maxAgeDays: 1 }],
    ['rotated before there were years', { rotatedAt: '0001-01-01T00:00:00Z', maxAgeDays: 1 }],
    ['made in ten thousand years', { entry: { createdAt: FAR, expiresAt: '0001-01-01T00:00:00Z' } }],
    ['with an age of all the days there are', { maxAgeDays: Number.MAX_SAFE_INTEGER }],
    ['with an age that is no number of days', { maxAgeDays: 1e15 }],
    ['with a time of many digits', { rotatedAt: `2026-01-01T00:00:00.${'9'.repeat(1000)}Z` }],
    ['with a leap second', { entry: { createdAt: '2016-12-31T23:59:59Z' } }],
    ['with a label of a million characters', { label: HUGE }],
    ['with a subject of a million characters', { subject: HUGE }],
    ['with uses of a million characters', { usedBy: Array.from({ length: 20 }, () => HUGE) }],
    ['with ten thousand tags', { entry: { tags: Array.from({ length: 10_000 }, (_, at) => `tag-${at}`) } }],
    ['with escapes everywhere', { label: '\u001b[2J', usedBy: ['\u001b]0;x\u0007'], entry: { tags: ['\u001b[1m'] } }],
    ['with a name of a million characters', { entry: { name: HUGE } }],
    ['with notes of a million characters', { entry: { notes: HUGE } }],
    [
      'with a thousand secret inputs',
      { secretInputs: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`s${at}`, 'v'])) },
    ],
    ['with inputs that every object has', { inputs: JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') }],
    [
      'with a past of twenty thousand events',
      {
        history: Array.from({ length: 20_000 }, () => ({ at: FAR, event: 'rotated', detail: { outcome: 'rotated' } })),
      },
    ],
    ['with an event of a million characters', { history: [{ at: FAR, event: HUGE, detail: { code: HUGE } }] }],
    [
      'with an event that no program wrote',
      { history: [{ at: '0001-01-01T00:00:00Z', event: '__proto__', detail: JSON.parse('{"__proto__":{"x":1}}') }] },
    ],
    ['with fingerprints of a million characters', { fingerprints: { keyId: HUGE, values: [HUGE, ''] } }],
  ])('is kept, or refused as a whole, and all is well: %s', async (_, traits) => {
    const file = fileWith(traits)
    const seen = await world.app.call('vault.preview', {
      source: { path: (await import('./vault-world.ts')).fileOf(file, 'hostile.json') },
    })
    if (seen.ok) {
      const [name = ''] = seen.value.entries.map((entry) => entry.name)
      valueOf(await world.app.call('vault.import', { id: seen.value.id }))
      expect(JSON.stringify(valueOf(await world.app.call('credential.list', {}))).length).toBeLessThan(300_000)
      // what a terminal is told of it, line by line, stays a few lines
      const { history } = valueOf(await world.app.call('credential.show', { name }))
      for (const entry of history) expect(JSON.stringify(entry).length).toBeLessThan(10_000)
    } else expect(['bad-vault', 'vault-limit']).toContain(seen.failure.code)
    outcomes.push(seen.ok)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    await expectWell()
  })

  it('was taken more often than not: a file that is always refused shows nothing', () => {
    expect(outcomes.filter((isTaken) => isTaken).length).toBeGreaterThan(10)
  })

  it('makes nobody believe that a key was seen to work, or that another one was rotated', async () => {
    valueOf(await world.app.call('credential.add', { vendor: 'other', name: 'mine', secret: 'my-own-key' }))
    const past = [{ at: FAR, event: 'rotated', detail: { outcome: 'rotated', name: 'mine' } }]
    await take(world, fileWith({ history: past, rotatedAt: '2026-01-01T00:00:00Z', entry: { name: 'theirs' } }))
    expect(valueOf(await world.app.call('credential.show', { name: 'theirs' }))).toMatchObject({ verifiedAt: null })
    const mine = valueOf(await world.app.call('credential.show', { name: 'mine' }))
    expect(mine).toMatchObject({ rotatedAt: null })
    expect(mine.history.every(({ event }) => event !== 'rotated')).toBe(true)
  })

  it('takes no other key’s fingerprint, though it knows the key they were made with', async () => {
    valueOf(await world.app.call('credential.add', { vendor: 'other', name: 'mine', secret: 'my-own-key' }))
    const { fingerprint } = valueOf(await world.app.call('credential.show', { name: 'mine' }))
    const keyId = world.ports.ledger.internalKeyId('sealed', 'fingerprint-key') ?? ''
    expect(keyId).not.toBe('')
    const values = [fingerprint, fingerprint, HUGE, ...Array.from({ length: 5000 }, (_, at) => `f${at}`)]
    await take(world, fileWith({ fingerprints: { keyId, values }, entry: { name: 'theirs' } }))
    // what no fingerprint looks like is none
    const known = world.ports.ledger.fingerprintsOf(world.ports.ledger.credentialByName('theirs')?.id ?? '')
    expect(known).toContain(fingerprint)
    expect(known.filter((each) => !/^[0-9a-f]{16}$/.test(each))).toEqual([])
    expect(await take(world, fileWith({ entry: { name: 'again', secret: 'my-own-key' } }))).toMatchObject({ stored: 0 })
    expect(world.keyIn('mine')).toBe('my-own-key')
    valueOf(await world.app.call('credential.remove', { names: ['theirs'] }))
    await expectWell()
  })
})

describe('a file that names what is kept', () => {
  it.each(['replace', 'rename', 'skip'] as const)(
    'changes no address, vendor or operator of it: %s',
    async (onConflict) => {
      const who = world.sandbox.addPrincipal('scrapebit')
      valueOf(await world.add('scrapebit', 'prod/key', who))
      const before = valueOf(await world.app.call('credential.show', { name: 'prod/key' }))
      const theirs = { baseUrl: 'https://evil.example', operator: 'prod/key', usedBy: ['x'], maxAgeDays: 1 }
      await take(world, fileWith({ vendor: 'scrapebit', ...theirs, entry: { name: 'PROD/key' } }), { onConflict })
      const after = valueOf(await world.app.call('credential.show', { name: 'prod/key' }))
      const { baseUrl, vendor, operator, inputs, usedBy, maxAgeDays, subject } = before
      expect(after).toMatchObject({ baseUrl, vendor, operator, inputs, usedBy, maxAgeDays, subject })
      if (onConflict !== 'replace') expect(world.keyIn('prod/key')).toBe(who.key)
      expect(world.sandbox.log.every((entry) => !JSON.stringify(entry).includes('a-hostile-key'))).toBe(true)
      await expectWell()
    },
  )
})
