import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import type { SecretStore } from '../../../src-main/core/ports.ts'
import { fakeWindow } from '../../fakes/window-services.ts'
import { failed, openWorld, valueOf, type World } from '../operations/world.ts'
import { preview, table, take } from './vault-world.ts'

let world: World
let folder: string
beforeEach(async () => {
  world = await openWorld()
  folder = mkdtempSync(join(tmpdir(), 'rekey-export-'))
})
afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const path = (name: string): string => join(folder, name)
const clear = { format: 'csv', plainText: true }
const out = (name: string, more: Readonly<Record<string, unknown>>) =>
  world.app.call('vault.export', { to: { path: path(name) }, format: 'rekey', ...more } as never)
const sealed = { passphrase: 'correct horse battery staple' }

/** One of everything: an operator and whom it rotates, secret inputs, policy, kept fields, history. */
async function fill(): Promise<void> {
  const { sandbox } = world
  const admin = sandbox.addPrincipal('hienergy', undefined, { isAdmin: true })
  valueOf(await world.add('hienergy', 'admin/energy', admin))
  const user = sandbox.addPrincipal('hienergy')
  const more = {
    operator: 'admin/energy',
    tags: ['prod', 'eu'],
    usedBy: ['crawler/.env'],
    maxAgeDays: 90,
    label: 'Énergie',
  }
  valueOf(await world.add('hienergy', 'prod/energy', user, { ...more, expiresAt: '2030-01-31T00:00:00Z' }))
  const conjur = sandbox.addPrincipal('conjur')
  valueOf(await world.add('conjur', 'ci/conjur', conjur, { secretInputs: { password: 'alices-own-password' } }))
  await world.rotate('prod/energy')
  const columns = ['name', 'password', 'url', 'username', 'notes', 'PIN']
  await take(
    world,
    table(columns, ['Mail 邮件', 'pass phrase, not a key', 'https://m.example', 'me', 'a\nnote', '4711']),
  )
}

/** Everything there is to see of every key, but where and when it was seen. */
async function everything(from: World): Promise<unknown> {
  const listed = valueOf(await from.app.call('credential.list', {}))
  return Promise.all(
    listed.map(async ({ fingerprint: _f, state: _s, verifiedAt: _v, unconfirmed: _u, store: _st, ...seen }) => ({
      ...seen,
      // files of other programs keep whole seconds
      createdAt: seen.createdAt.slice(0, 19),
      expiresAt: seen.expiresAt?.slice(0, 19) ?? null,
      secret: valueOf(await from.app.call('credential.reveal', { name: seen.name })).secret,
      history: valueOf(await from.app.call('credential.show', { name: seen.name })).history.map(({ at, event }) => [
        at,
        event,
      ]),
    })),
  )
}

describe('an export', () => {
  it.each([
    ['rekey', sealed],
    ['kdbx', sealed],
    ['csv', { plainText: true }],
  ])('to %s and an import of it elsewhere give back everything Rekey knows', async (format, how) => {
    await fill()
    const before = await everything(world)
    const receipt = valueOf(await out('all.vault', { format, ...how }))
    expect(receipt).toMatchObject({ in: 4, stored: 4, dropped: [], path: path('all.vault') })
    expect(statSync(path('all.vault')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['all.vault'])

    const elsewhere = await openWorld()
    try {
      const { passphrase } = { passphrase: undefined, ...how }
      const taken = await take(
        elsewhere,
        readFileSync(path('all.vault')),
        {},
        { fileName: 'all.vault', ...(passphrase === undefined ? {} : { passphrase }) },
      )
      expect(taken).toMatchObject({ format, in: 4, stored: 4, skipped: [], dropped: [] })
      const imported = ['exported', 'imported']
      const after = (await everything(elsewhere)) as readonly { readonly history: readonly (readonly string[])[] }[]
      const past = after.map(({ history, ...rest }) => ({
        ...rest,
        history: history.slice(1).filter(([, event]) => event !== 'exported'),
      }))
      expect(after.every(({ history }) => imported.includes(history[0]?.[1] ?? ''))).toBe(true)
      expect(past).toEqual(before)
      const fields = ['notes', 'PIN', 'account', 'urls']
      for (const field of fields) {
        const here = await world.app.call('credential.reveal', { name: 'Mail', field })
        expect(await elsewhere.app.call('credential.reveal', { name: 'Mail', field })).toEqual(here)
      }
    } finally {
      await elsewhere.close()
    }
  })

  it('is refused where it would be sealed with what its format does not take, and stands in clear for no other word', async () => {
    await fill()
    const keyFile = Buffer.from('any file').toString('base64')
    const age = ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudu4ekfqsqyhwh']
    for (const how of [
      { format: 'rekey', keyFile },
      { format: 'bitwarden', keyFile },
      { format: 'csv', keyFile, plainText: true },
      { format: 'bitwarden', recipients: age },
      { format: 'rekey', recipients: age, ...sealed },
      { format: 'rekey', plainText: true, ...sealed },
      // sealed with what everybody has
      { format: 'kdbx', keyFile: '' },
      { format: 'kdbx', keyFile: '', ...sealed },
    ])
      expect(await out('not.vault', how), JSON.stringify(how)).toMatchObject(failed('bad-input'))
    expect(readdirSync(folder)).toEqual([])
  })

  it('opens for nobody without the passphrase, and says whose fault it is', async () => {
    await fill()
    valueOf(await out('a.rekey', sealed))
    const bytes = readFileSync(path('a.rekey'))
    expect(bytes.toString('latin1')).not.toContain('alices-own-password')
    const read = (passphrase?: string) =>
      world.app.call('vault.preview', { source: { path: path('a.rekey') }, ...(passphrase ? { passphrase } : {}) })
    expect(await read()).toMatchObject(failed('vault-needs'))
    expect(await read('wrong')).toMatchObject(failed('vault-passphrase'))
    expect(await read(sealed.passphrase)).toMatchObject({ ok: true })
  })

  it('writes keys in clear only where that was said', async () => {
    await fill()
    for (const format of ['csv', 'dotenv', 'rekey']) {
      expect(await out('clear', { format })).toMatchObject(failed('needs-plain-text'))
      expect(existsSync(path('clear'))).toBe(false)
    }
  })

  it('replaces nothing unasked, and follows no link', async () => {
    await fill()
    writeFileSync(path('there.csv'), 'mine')
    symlinkSync(path('there.csv'), path('link.csv'))
    expect(await out('there.csv', clear)).toMatchObject(failed('vault-exists'))
    expect(await out('link.csv', { ...clear, overwrite: true })).toMatchObject(failed('vault-unsafe'))
    expect(await out('no/such/folder.csv', clear)).toMatchObject(failed('vault-unsafe'))
    expect(readFileSync(path('there.csv'), 'utf8')).toBe('mine')
    // whatever the mode of what it replaced, and whatever new files of this process would be
    const umask = process.umask(0)
    expect(await out('there.csv', { ...clear, overwrite: true })).toMatchObject({ ok: true })
    process.umask(umask)
    expect(statSync(path('there.csv')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).toSorted()).toEqual(['link.csv', 'there.csv'])
  })

  it('leaves the old file as it is where the new one does not read back as it was written', async () => {
    await fill()
    writeFileSync(path('old.csv'), 'mine')
    const lying = (ports: AppPorts): AppPorts => ({
      ...ports,
      vaultFormats: {
        ...ports.vaultFormats,
        begin: (format, options) => {
          const [draft, other] = [ports.vaultFormats.begin(format, options), ports.vaultFormats.begin(format, options)]
          return {
            ...draft,
            add: (entries) => {
              draft.add(entries)
              other.add(entries.map((entry, at) => (at === 0 ? { ...entry, secret: 'something-else' } : entry)))
            },
            write: other.write,
          }
        },
      },
    })
    await world.reopen(lying)
    const result = await out('old.csv', { format: 'csv', plainText: true, overwrite: true })
    expect(result).toMatchObject(failed('vault-changed'))
    expect(readFileSync(path('old.csv'), 'utf8')).toBe('mine')
    expect(readdirSync(folder)).toEqual(['old.csv'])
  })

  it.each(['reading', 'writing', 'checking'] as const)(
    'leaves what was there where a person stops it at %s',
    async (step) => {
      await fill()
      writeFileSync(path('old.csv'), 'mine')
      world.app.listen((event) => {
        if (event.type === 'vault.progressed' && event.step === step) world.app.stop()
      })
      const result = await out('old.csv', { format: 'csv', plainText: true, overwrite: true })
      expect(result).toMatchObject(failed('cancelled'))
      expect(readFileSync(path('old.csv'), 'utf8')).toBe('mine')
      expect(readdirSync(folder)).toEqual(['old.csv'])
    },
  )

  it('believes no disk that gives back other bytes', async () => {
    await fill()
    const lying = (ports: AppPorts): AppPorts => ({
      ...ports,
      vaultFiles: {
        ...ports.vaultFiles,
        write: (to, bytes, options) => {
          const look = (there: Uint8Array) => options.look(there.map((byte, at) => (at === 3 ? byte ^ 1 : byte)))
          return ports.vaultFiles.write(to, bytes, { ...options, look })
        },
      },
    })
    await world.reopen(lying)
    const result = await out('out.csv', { format: 'csv', plainText: true })
    expect(result).toMatchObject(failed('vault-changed'))
    expect(readdirSync(folder)).toEqual([])
  })

  it('does not write down as known what a rotation has left open', async () => {
    const who = world.sandbox.addPrincipal('userplane')
    valueOf(await world.add('userplane', 'prod/plane', who))
    valueOf(await world.app.call('guided.begin', { name: 'prod/plane' }))
    expect(await out('a.csv', clear)).toMatchObject(failed('has-open-rotation'))
    expect(await out('a.csv', { ...clear, evenIfOpen: true })).toMatchObject({ ok: true, value: { stored: 1 } })
  })

  it('takes keys as they are when their turn comes, also where others had theirs since it began', async () => {
    for (const name of ['a', 'b', 'c', 'd'])
      valueOf(await world.app.call('credential.add', { vendor: 'other', name, secret: `key-of-${name}` }))
    let isOver = false
    /** While the first is read, others rename, replace and remove what comes after it. */
    const meanwhile = async (): Promise<void> => {
      if (isOver) return
      isOver = true
      valueOf(await world.app.call('credential.rename', { name: 'b', to: 'renamed' }))
      valueOf(await world.app.call('credential.set', { name: 'c', secret: 'new-key-of-c' }))
      valueOf(await world.app.call('credential.remove', { names: ['d'] }))
    }
    const { store } = world
    const read: SecretStore['read'] = async (item) => {
      const found = await store.read(item)
      if (item.account === 'a') await meanwhile()
      return found
    }
    await world.reopen((ports) => ({ ...ports, openStore: async () => ok({ ...store, read }) }))
    expect(await out('a.csv', clear)).toMatchObject({ ok: true, value: { in: 3, stored: 3 } })
    const text = readFileSync(path('a.csv'), 'utf8')
    for (const there of ['key-of-a', 'renamed', 'key-of-b', 'new-key-of-c']) expect(text).toContain(there)
    expect(text).not.toContain('key-of-d')
    const exported = async (name: string) =>
      valueOf(await world.app.call('credential.show', { name })).history.some(({ event }) => event === 'exported')
    expect(await exported('renamed')).toBe(true)
  })

  it('takes what is named, or tagged, and nothing where that is nothing', async () => {
    await fill()
    const stored = async (name: string, more: Readonly<Record<string, unknown>>) =>
      (valueOf(await out(name, { ...clear, ...more })) as { readonly stored: number }).stored
    expect(await stored('1.csv', { tag: 'prod' })).toBe(1)
    expect(await stored('2.csv', { names: ['admin/energy', 'admin/energy', 'ci/conjur'] })).toBe(2)
    expect(await stored('4.csv', { names: ['admin/energy', 'ADMIN/Energy'] })).toBe(1)
    expect(await out('3.csv', { ...clear, names: ['nobody'] })).toMatchObject(failed('unknown-name'))
    expect(await out('3.csv', { ...clear, tag: 'none' })).toMatchObject(failed('bad-input'))
    expect(existsSync(path('3.csv'))).toBe(false)
  })

  it('names what a .env file cannot hold, and a way back takes the keys', async () => {
    await fill()
    const receipt = valueOf(await out('.env', { format: 'dotenv', plainText: true })) as {
      readonly dropped: readonly { readonly name: string }[]
    }
    expect(receipt.dropped.map(({ name }) => name).toSorted()).toEqual([
      'Mail',
      'admin/energy',
      'ci/conjur',
      'prod/energy',
    ])
    const seen = await preview(world, readFileSync(path('.env')), { fileName: '.env' })
    expect(seen.entries.every(({ kind }) => kind === 'same')).toBe(true)
  })

  it('is not a window’s to place', async () => {
    const made = fakeWindow({ exports: folder })
    await world.reopen((ports) => ({ ...ports, window: made.services }))
    valueOf(await world.app.call('credential.add', { vendor: 'other', name: 'a', secret: 'key-one' }))
    expect(await out('a.rekey', sealed)).toMatchObject(failed('not-here'))
    const source = { path: '/etc/passwd' }
    expect(await world.app.call('vault.preview', { source })).toMatchObject(failed('not-here'))
    const asked = await world.app.call('vault.export', { to: { ask: true }, format: 'rekey', ...sealed })
    expect(asked).toMatchObject({ ok: true, value: { stored: 1 } })
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^rekey-\d{4}-\d\d-\d\d\.rekey$/)])
  })
})
