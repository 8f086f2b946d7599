import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failed, openWorld, valueOf, type World } from '../operations/world.ts'
import { fileOf, keys, preview, table, take } from './vault-world.ts'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const names = async (): Promise<readonly string[]> =>
  valueOf(await world.app.call('credential.list', {})).map(({ name }) => name)
const addOther = async (name: string, secret: string): Promise<void> =>
  void valueOf(await world.app.call('credential.add', { vendor: 'other', name, secret }))
const HEX = '0123456789abcdef'.repeat(4)
const live = (n: number): string => `sb_live_${String(n).padStart(32, '0')}`

describe('a preview', () => {
  it('says of each entry what would become of it, and writes nothing', async () => {
    await addOther('kept/same', 'the-very-key-1')
    await addOther('kept/changed', 'one-key-here-2')
    const before = [...world.store.items.keys()].toSorted()
    const seen = await preview(
      world,
      keys(
        ['fresh', 'a-key-nobody-has-3'],
        ['elsewhere', 'the-very-key-1'],
        ['kept/changed', 'another-key-4'],
        ['fresh', 'a-key-nobody-has-5'],
        ['again', 'a-key-nobody-has-3'],
        ['empty', ''],
      ),
    )
    expect(seen.entries.map(({ name, kind, existing, doings }) => ({ name, kind, existing, doings }))).toEqual([
      { name: 'fresh', kind: 'new', existing: null, doings: ['import', 'skip'] },
      { name: 'elsewhere', kind: 'same', existing: 'kept/same', doings: ['skip'] },
      { name: 'kept/changed', kind: 'changed', existing: 'kept/changed', doings: ['skip', 'replace', 'rename'] },
      { name: 'fresh', kind: 'conflicting', existing: null, doings: ['skip', 'rename'] },
      { name: 'again', kind: 'same', existing: null, doings: ['skip'] },
      { name: 'empty', kind: 'skipped', existing: null, doings: ['skip'] },
    ])
    expect(seen.entries[3]).toMatchObject({ where: 'line 5', reason: 'line 2 has this name too' })
    expect([...world.store.items.keys()].toSorted()).toEqual(before)
    expect(await names()).toEqual(['kept/changed', 'kept/same'])
    expect(JSON.stringify(seen)).not.toMatch(/a-key-nobody|another-key|the-very-key/)
  })

  it('sees a principal that is kept under another name', async () => {
    const who = world.sandbox.addPrincipal('hienergy')
    valueOf(await world.add('hienergy', 'prod/energy', who))
    const other = HEX
    const row = ['energy', other, who.inputs?.['user-id'] ?? '']
    const seen = await preview(world, table(['name', 'password', 'user-id'], row))
    const { id } = seen
    expect(seen.entries[0]).toMatchObject({ kind: 'new', vendor: 'other' })
    const choices = [
      { index: 0, do: 'import' as const, vendor: 'hienergy', baseUrl: world.sandbox.vendors.hienergy.baseUrl },
    ]
    expect(await world.app.call('vault.import', { id, choices })).toMatchObject(failed('bad-input'))
    const replaced = { index: 0, do: 'replace' as const, vendor: 'hienergy', baseUrl: choices[0]?.baseUrl }
    const receipt = valueOf(await world.app.call('vault.import', { id, choices: [replaced] }))
    expect(receipt).toMatchObject({ stored: 1, replaced: ['prod/energy'] })
    expect(world.keyIn('prod/energy')).toBe(other)
  })

  it.each([
    ['a prefix', ['k', live(1), ''], 'scrapebit', 'likely'],
    ['an address with a fitting key', ['k', HEX, 'https://app.hienergy.ai/login'], 'hienergy', 'likely'],
    ['a name alone', ['Projectdiscovery nightly', 'pd-7f3a9c1e5b2d8046'.repeat(2), ''], 'projectdiscovery', 'possible'],
    ['a prefix with a key that does not fit', ['k', 'sb_live_short', ''], 'scrapebit', 'possible'],
  ])('guesses the vendor by %s', async (_, row, vendor, confidence) => {
    const seen = await preview(world, table(['name', 'password', 'url'], row))
    expect(seen.entries[0]?.guess).toMatchObject({ vendor, confidence })
  })

  it('keeps as other, and asks, what lacks an input of its vendor', async () => {
    const seen = await preview(world, table(['name', 'password', 'url'], ['k', HEX, 'https://app.hienergy.ai']))
    expect(seen.entries[0]).toMatchObject({ kind: 'new', vendor: 'other', missing: ['user-id'] })
    const withId = await preview(
      world,
      table(['name', 'password', 'url', 'username'], ['k', HEX, 'https://app.hienergy.ai', '42']),
    )
    expect(withId.entries[0]).toMatchObject({ vendor: 'hienergy', missing: [] })
  })

  it('makes names of titles, and keeps a title that is none as the label', async () => {
    await take(
      world,
      table(
        ['name', 'password', 'folder'],
        ['Schlüssel für Ops', 'k-one', 'A'],
        ['Same', 'k-two', 'A'],
        ['Same', 'k-three', 'B'],
      ),
    )
    expect(await names()).toEqual(['A/Same', 'B/Same', 'Schlussel-fur-Ops'])
    const shown = valueOf(await world.app.call('credential.show', { name: 'Schlussel-fur-Ops' }))
    expect(shown).toMatchObject({ label: 'Schlüssel für Ops', tags: ['A'], state: 'unverified' })
  })
})

describe('an import', () => {
  it('changes nothing that is kept unless it is told to replace it', async () => {
    await addOther('prod/key', 'first-key')
    const file = keys(['prod/key', 'second-key'])
    expect(await take(world, file)).toMatchObject({ in: 1, stored: 0, skipped: [{ name: 'prod/key' }] })
    expect(world.keyIn('prod/key')).toBe('first-key')
    expect(await take(world, file, { onConflict: 'rename' })).toMatchObject({
      stored: 1,
      renamed: [{ from: 'prod/key', to: 'prod/key-2' }],
    })
    expect(world.keyIn('prod/key')).toBe('first-key')
    const third = keys(['prod/key', 'third-key'])
    expect(await take(world, third, { onConflict: 'replace' })).toMatchObject({ stored: 1, replaced: ['prod/key'] })
    expect(world.keyIn('prod/key')).toBe('third-key')
    expect([...world.store.items.keys()].filter((name) => name.includes('import'))).toEqual([])
    const { history } = valueOf(await world.app.call('credential.show', { name: 'prod/key' }))
    expect(history[0]).toMatchObject({ event: 'replaced', detail: { format: 'csv' } })
  })

  it('does not replace the key of an open rotation', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'prod/plane', who))
    valueOf(await world.app.call('guided.begin', { name: 'prod/plane' }))
    const seen = await preview(world, keys(['prod/plane', 'uspl_another-key-of-it']))
    expect(seen.entries[0]).toMatchObject({ kind: 'changed', doings: ['skip', 'rename'] })
    expect(seen.entries[0]?.reason).toContain('still open')
    const choices = [{ index: 0, do: 'replace' as const }]
    expect(await world.app.call('vault.import', { id: seen.id, choices })).toMatchObject(failed('bad-input'))
  })

  it('goes by what is here when it is taken, whatever was here when the file was read', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'prod/plane', who))
    const file = keys(['prod/plane', 'uspl_another-key-of-it'], ['came-meanwhile', 'key-one'], ['new', 'key-two'])
    const seen = await preview(world, file)
    expect(seen.entries.map(({ doings }) => doings.includes('replace'))).toEqual([true, false, false])
    valueOf(await world.app.call('guided.begin', { name: 'prod/plane' }))
    await addOther('came-meanwhile', 'key-other')
    const taken = valueOf(await world.app.call('vault.import', { id: seen.id, onConflict: 'replace' }))
    expect(taken).toMatchObject({ in: 3, stored: 2, replaced: ['came-meanwhile'], skipped: [{ name: 'prod/plane' }] })
    expect(taken.skipped[0]?.reason).toContain('still open')
  })

  it('stops a careful importer at what is not clear, with its place, and changes nothing', async () => {
    const twice = keys(['a', 'key-one'], ['A', 'key-two'])
    const lines = keys(['a', 'key-one'], ['b', 'two\nlines'])
    for (const [file, where] of [
      [twice, 'line 3'],
      [lines, 'line 3'],
    ] as const) {
      const { id } = await preview(world, file)
      expect(await world.app.call('vault.import', { id, onConflict: 'refuse' })).toMatchObject({
        ok: false,
        failure: { code: 'unclear-import', fields: { where } },
      })
    }
    expect(await names()).toEqual([])
    expect(await take(world, lines)).toMatchObject({
      stored: 1,
      skipped: [{ name: 'b', reason: 'its key has more than one line' }],
    })
  })

  it('keeps what has no place in the keychain beside the key, and gives it out by its name', async () => {
    const row = ['k', 'the-key-itself', 'https://x.example', 'me@x.example', 'recovery: 4711-0815', 'blue']
    const receipt = await take(world, table(['name', 'password', 'url', 'username', 'notes', 'Colour'], row))
    expect(receipt).toMatchObject({ stored: 1, dropped: [], keptAsText: ['account', 'urls', 'notes', 'Colour'] })
    const field = async (name: string) => world.app.call('credential.reveal', { name: 'k', field: name })
    expect(await field('notes')).toEqual({ ok: true, value: { secret: 'recovery: 4711-0815' } })
    expect(await field('Colour')).toEqual({ ok: true, value: { secret: 'blue' } })
    expect(await field('nothing')).toMatchObject(failed('bad-input'))
    await world.reopen()
    const ledger = readFileSync(join(world.ports.home.folder, 'ledger.sqlite'), 'latin1')
    expect(ledger).not.toContain('4711-0815')
    expect(ledger).not.toContain('the-key-itself')
    valueOf(await world.app.call('credential.rename', { name: 'k', to: 'l' }))
    expect(await world.app.call('credential.reveal', { name: 'l', field: 'notes' })).toMatchObject({ ok: true })
    valueOf(await world.app.call('credential.remove', { names: ['l'] }))
    expect([...world.store.items.keys()].filter((name) => name.startsWith('rekey '))).toEqual([])
  })

  it('says what the file knows of keys that are kept already, and only that', async () => {
    const head = ['name', 'password', 'url', 'username', 'notes', 'tags', 'expires', 'Colour']
    const row = ['k', 'the-key-itself', 'https://x.example', 'me', 'first note', 'a', '2027-01-01', 'blue']
    await take(world, table(head, row))
    expect((await take(world, table(head, row))).notTaken).toEqual([])
    const other = ['k2', 'the-key-itself', 'https://y.example', 'me', 'second note', 'a,b', '2028-01-01', 'red']
    const twice = [
      ['n', 'a-new-key-1', '', '', '', '', '', ''],
      ['m', 'a-new-key-1', '', '', 'third note', '', '', ''],
    ]
    const receipt = await take(world, table(head, other, ...twice))
    expect(receipt.notTaken.map(({ name, what }) => `${name}: ${what}`)).toEqual([
      'k2: notes',
      'k2: urls',
      'k2: Colour',
      'k2: tag b',
      'k2: expiry',
      'm: notes',
    ])
    expect(receipt.notTaken[0]?.why).toBe('k is kept here without it')
    expect(receipt.notTaken.at(-1)?.why).toBe('line 3 has the same key, and not this')
    expect(JSON.stringify(receipt)).not.toMatch(/second note|third note/)
  })

  it('loses nothing that is kept beside a key whose value is replaced', async () => {
    const head = ['name', 'password', 'url', 'username', 'notes', 'Colour']
    await take(world, table(head, ['k', 'first-key', 'https://x.example', 'me', 'recovery: 4711', 'blue']))
    const second = table(head, ['k', 'second-key', 'https://y.example', '', 'recovery: 4712', 'blue'])
    await take(world, second, { onConflict: 'replace' })
    expect(world.keyIn('k')).toBe('second-key')
    const field = async (name: string): Promise<string> =>
      valueOf(await world.app.call('credential.reveal', { name: 'k', field: name })).secret
    expect(await field('notes')).toBe('recovery: 4712')
    expect(await field('notes before')).toBe('recovery: 4711')
    expect(await field('account')).toBe('me')
    expect(await field('urls')).toBe('https://y.example\nhttps://x.example')
    expect(await field('Colour')).toBe('blue')
  })

  it('takes no item over that somebody else made', async () => {
    world.putItem('theirs', 'made-by-hand')
    const { id } = await preview(world, keys(['mine', 'one-key'], ['theirs', 'other-key']))
    expect(await world.app.call('vault.import', { id })).toMatchObject(failed('item-exists'))
    expect(world.keyIn('theirs')).toBe('made-by-hand')
    expect(world.keyIn('mine')).toBeNull()
    expect(await names()).toEqual([])
  })

  it('forgets a file that was cancelled, or locked away with the rest', async () => {
    const { id } = await preview(world, keys(['a', 'key-one']))
    valueOf(await world.app.call('vault.forget', { id }))
    expect(await world.app.call('vault.import', { id })).toMatchObject(failed('unknown-preview'))
  })

  it('reads a folder of well-known files and names what it leaves', async () => {
    const env = 'PORT=3000\nSTRIPE_API_KEY=made_up_key_1\nDATABASE_TOKEN="two words"\n'
    const path = fileOf(env, '.env')
    const seen = valueOf(await world.app.call('vault.preview', { source: { path: join(path, '..') } }))
    expect(seen).toMatchObject({ format: 'dotenv', isPlainText: true })
    expect(seen.entries.map(({ name, where }) => [name, where])).toEqual([
      ['STRIPE_API_KEY', 'line 2'],
      ['DATABASE_TOKEN', 'line 3'],
    ])
    expect(seen).toMatchObject({ leftOut: [{ name: 'PORT', file: '.env' }], notes: [] })
  })

  it('reads what a window read of a folder, each file with the one that says its rest', async () => {
    const part = (fileName: string, text: string) => ({ fileName, content: Buffer.from(text).toString('base64') })
    const files = [
      part('.env', 'STRIPE_API_KEY=made_up_key_1\n'),
      part('.conjurrc', 'account: main\nappliance_url: https://conjur.example\n'),
      part('.netrc', 'machine https://conjur.example/authn\n  login host/ci\n  password made_up_key_2\n'),
    ]
    const seen = valueOf(await world.app.call('vault.preview', { source: { folder: 'project', files } }))
    expect(seen).toMatchObject({ file: 'project', format: 'folder', isPlainText: true })
    expect(seen.entries.map(({ where, vendor }) => [where.split(',')[0], vendor])).toEqual(
      expect.arrayContaining([
        ['.env', 'other'],
        ['.conjurrc', 'conjur'],
      ]),
    )
  })
})

describe('what a file says of where a key goes', () => {
  const conjurFile = (url: string, key: string) => [
    `account: main\nappliance_url: ${url}\n`,
    `machine ${url}/authn\n  login host/ci/build\n  password ${key}\n`,
  ]

  it('counts only once a person confirms it: until then nothing is sent there', async () => {
    const who = world.sandbox.addPrincipal('conjur')
    const { baseUrl } = world.sandbox.vendors.conjur
    const [rc = '', netrc = ''] = conjurFile(baseUrl, who.key)
    const path = fileOf(rc.replace('main', who.inputs?.['account'] ?? ''), '.conjurrc')
    const beside = netrc.replace('host/ci/build', who.inputs?.['login'] ?? '')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(path, '../.netrc'), beside)
    const seen = valueOf(await world.app.call('vault.preview', { source: { path } }))
    expect(seen.entries[0]).toMatchObject({ vendor: 'conjur', baseUrl, unconfirmed: ['address'] })
    const name = seen.entries[0]?.name ?? ''
    const receipt = valueOf(await world.app.call('vault.import', { id: seen.id }))
    expect(receipt).toMatchObject({ stored: 1, unconfirmed: [name] })
    const asked = world.sandbox.log.length
    expect(await world.rotate(name)).toMatchObject([{ outcome: 'not-started', code: 'unconfirmed-address' }])
    expect(valueOf(await world.app.call('credential.verify', { names: [name] }))).toMatchObject([{ state: 'unknown' }])
    expect(await world.app.call('credential.set', { name, secret: 'another-key' })).toMatchObject(
      failed('unconfirmed-address'),
    )
    expect(world.sandbox.log.length).toBe(asked)
    valueOf(await world.app.call('credential.edit', { name, baseUrl }))
    expect(await world.rotate(name)).toMatchObject([{ outcome: 'rotated' }])
  })

  it('counts at once where the person named its origin, or keys of that vendor go there already', async () => {
    const first = world.sandbox.addPrincipal('conjur')
    const { baseUrl } = world.sandbox.vendors.conjur
    valueOf(await world.add('conjur', 'known/conjur', first))
    const second = world.sandbox.addPrincipal('conjur')
    const row = ['k', second.key, second.inputs?.['account'] ?? '', second.inputs?.['login'] ?? '']
    const { id } = await preview(world, table(['name', 'password', 'account', 'login'], row))
    const choices = [{ index: 0, do: 'import' as const, vendor: 'conjur', baseUrl, inputs: { ...second.inputs } }]
    expect(valueOf(await world.app.call('vault.import', { id, choices }))).toMatchObject({ unconfirmed: [] })
  })
})
