import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWorld, valueOf, type World } from '../operations/world.ts'
import { hasKeepassxc, keepassXml, openDesk, stringsIn } from '../../fixtures/keepassxc.ts'
import { fileOf, keys, preview, take } from './vault-world.ts'

/** Entries whose keys lie in hidden fields: every key comes along, is counted, and goes out again as a key. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const golden = (name: string): Buffer => readFileSync(new URL(`../../fixtures/vaults/${name}`, import.meta.url))
const bitwarden = golden('bitwarden/ok.keys-in-fields.json')
const passphrase = 'correct horse, пароль'

const secretOf = async (name: string, field?: string): Promise<string> =>
  valueOf(await world.app.call('credential.reveal', { name, ...(field === undefined ? {} : { field }) })).secret

describe('keys in hidden fields of a file', () => {
  it('are shown one by one, with their place and what they bring', async () => {
    const { entries, notes } = await preview(world, bitwarden, { fileName: 'keys.json' })
    expect(
      entries.map(({ where, title, name, kind, kept, tags, tail }) => ({ where, title, name, kind, kept, tags, tail })),
    ).toEqual([
      {
        where: 'entry 1, field secret key',
        title: 'Stripe/secret key',
        name: 'Stripe/secret-key',
        kind: 'new',
        kept: ['account', 'urls', 'notes', 'totp', 'mode'],
        tags: ['Payments'],
        tail: expect.any(String) as string,
      },
      {
        where: 'entry 1, field webhook secret',
        title: 'Stripe/webhook secret',
        name: 'Stripe/webhook-secret',
        kind: 'new',
        kept: ['account', 'urls', 'mode'],
        tags: ['Payments'],
        tail: expect.any(String) as string,
      },
      expect.objectContaining({ where: 'entry 2, field API key', name: 'Mail', kind: 'new', kept: ['key name'] }),
      expect.objectContaining({ where: 'entry 3', name: 'With-a-password', kind: 'new', kept: ['PIN'] }),
      expect.objectContaining({ where: 'entry 4', name: 'A-card', kind: 'skipped' }),
    ])
    expect(entries.map(({ left }) => left.map(({ what }) => what))).toEqual([['a passkey'], [], [], [], []])
    expect(notes).toEqual(['Stripe has 2 keys in hidden fields: each counts as an entry'])
  })

  it('are counted as what they are, and nothing of their entry is dropped but what no file of ours holds', async () => {
    const receipt = await take(world, bitwarden, {}, { fileName: 'keys.json' })
    expect(receipt).toMatchObject({
      in: 5,
      stored: 4,
      skipped: [{ name: 'A-card', reason: 'there is no key in it' }],
      dropped: [{ name: 'Stripe/secret-key', what: 'a passkey' }],
      notTaken: [],
      notes: ['Stripe has 2 keys in hidden fields: each counts as an entry'],
    })
    expect(await secretOf('Stripe/secret-key')).toBe('made-up-stripe-secret')
    expect(await secretOf('Stripe/webhook-secret')).toBe('made-up-stripe-webhook')
    expect(await secretOf('Mail')).toBe('made-up-mail')
    expect(await secretOf('Mail', 'key name')).toBe('API key')
    expect(await secretOf('Stripe/secret-key', 'totp')).toBe('JBSWY3DPEHPK3PXP')
    expect(await secretOf('Stripe/webhook-secret', 'mode')).toBe('live')
    const again = await take(world, bitwarden, {}, { fileName: 'keys.json' })
    expect(again).toMatchObject({ in: 5, stored: 0, notTaken: [{ name: 'Stripe/secret-key', what: 'a passkey' }] })
    expect(again.skipped).toHaveLength(5)
  })

  it('go to the vendor that each shows to be of', async () => {
    const { key } = world.sandbox.addPrincipal('scrapebit')
    const item = {
      ...{ type: 2, name: 'Keys of the crawler', notes: null, folderId: null },
      fields: [
        { name: 'crawler', value: key, type: 1 },
        { name: 'something else', value: 'made-up-key', type: 1 },
      ],
    }
    const text = JSON.stringify({ encrypted: false, folders: [], items: [item] })
    const { entries } = await preview(world, text, { fileName: 'keys.json' })
    expect(entries.map(({ guess }) => guess?.vendor ?? null)).toEqual(['scrapebit', null])
  })

  it('say what of them stays in the file where the first is kept here already', async () => {
    await take(world, keys(['here', 'made-up-stripe-secret']))
    const receipt = await take(world, bitwarden, { onConflict: 'skip' }, { fileName: 'keys.json' })
    expect(receipt).toMatchObject({ in: 5, stored: 3 })
    expect(receipt.notTaken.map(({ what }) => what)).toEqual(expect.arrayContaining(['notes', 'totp', 'a passkey']))
  })

  it.each(['kdbx', 'bitwarden', 'rekey', 'csv'])('go out to %s and come in again as they are here', async (format) => {
    await take(world, bitwarden, {}, { fileName: 'keys.json' })
    const path = join(fileOf(''), `../out.${format}`)
    const isPlain = format === 'csv' || format === 'bitwarden'
    const how = isPlain ? { plainText: true } : { passphrase }
    valueOf(await world.app.call('vault.export', { to: { path }, format, ...how }))
    const other = await openWorld()
    try {
      const source = { source: { path }, ...(isPlain ? {} : { passphrase }) }
      const { id } = valueOf(await other.app.call('vault.preview', source))
      expect(valueOf(await other.app.call('vault.import', { id }))).toMatchObject({ in: 4, stored: 4, dropped: [] })
      const names = (from: World) =>
        from.app.call('credential.list', {}).then((all) => valueOf(all).map(({ name }) => name))
      expect(await names(other)).toEqual(await names(world))
      const field = valueOf(await other.app.call('credential.reveal', { name: 'Mail', field: 'key name' }))
      expect(field.secret).toBe('API key')
    } finally {
      await other.close()
    }
  })

  it.each([
    ['kdbx/ok.keys-in-fields.kdbx', ['Mail', 'Stripe/secret-key', 'Stripe/webhook-secret', 'With-a-password']],
    ['1pux/ok.keys-in-fields.1pux', ['Mail', 'Stripe/secret-key', 'Stripe/webhook-secret']],
  ])('are those of %s', async (name, wanted) => {
    const { entries } = await preview(world, golden(name), { fileName: name.replace('/', '.'), passphrase })
    const taken = entries.filter(({ kind }) => kind === 'new').map((each) => each.name)
    expect(taken.sort()).toEqual(wanted)
    const stripe = entries.filter(({ where }) => where.includes('secret'))
    expect(stripe.map(({ kept }) => kept.includes('mode'))).toEqual([true, true])
    for (const seed of ['otp', 'codes', 'pem'])
      expect(stripe.filter(({ kept }) => kept.includes(seed)).length).toBeLessThan(2)
  })
})

describe.skipIf(!hasKeepassxc())('KeePassXC', () => {
  it('keeps keys in hidden fields that we take, and reads them back as keys', async () => {
    const desk = openDesk()
    try {
      const hidden = (key: string, value: string) => ({ key, value, isHidden: true })
      const strings = [
        { key: 'Title', value: 'Stripe' },
        hidden('secret key', 'made-up-1'),
        hidden('webhook secret', 'made-up-2'),
      ]
      const twice = `${passphrase}\n${passphrase}\n`
      desk.run(['import', '-q', '-p', desk.put('in.xml', keepassXml([{ strings }])), desk.path('in.kdbx')], twice)
      const receipt = await take(world, desk.read('in.kdbx'), {}, { fileName: 'in.kdbx', passphrase })
      expect(receipt).toMatchObject({ in: 2, stored: 2, skipped: [], dropped: [] })
      const path = desk.path('out.kdbx')
      valueOf(await world.app.call('vault.export', { to: { path }, format: 'kdbx', passphrase }))
      const shown = stringsIn(desk.run(['export', '-q', '-f', 'xml', path], `${passphrase}\n`))
      expect(shown.map((entry) => [entry['Title'], entry['Password']]).sort()).toEqual([
        ['Stripe/secret-key', 'made-up-1'],
        ['Stripe/webhook-secret', 'made-up-2'],
      ])
    } finally {
      desk.clear()
    }
  })
})
