import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** A credential that is told another address or other inputs: its key must fit there, or a person says that it will. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const edit = (name: string, more: object) => world.app.call('credential.edit', { name, ...more })
const shown = async (name: string) => valueOf(await world.app.call('credential.show', { name }))

describe('another subject', () => {
  it('is refused where the vendor does not know the key under it, and nothing changes', async () => {
    const [one, two] = [world.sandbox.addPrincipal('conjur'), world.sandbox.addPrincipal('conjur')]
    valueOf(await world.add('conjur', 'move/one', one))
    const before = await shown('move/one')
    const inputs = { login: two.inputs?.['login'] ?? '' }
    expect(await edit('move/one', { inputs })).toMatchObject(failed('key-does-not-fit'))
    expect(await shown('move/one')).toEqual(before)
  })

  it('is taken on a word, unverified, and the key that belongs to it after that', async () => {
    const [one, two] = [world.sandbox.addPrincipal('conjur'), world.sandbox.addPrincipal('conjur')]
    valueOf(await world.add('conjur', 'move/two', one))
    const inputs = { login: two.inputs?.['login'] ?? '' }
    const edited = valueOf(await edit('move/two', { inputs, unproven: true }))
    expect(edited).toMatchObject({ subject: `myorg:${inputs.login}`, verifiedAt: null, state: 'unverified' })
    // a rotation finds the key that does not belong there before anything is sent
    expect(await world.rotate('move/two')).toMatchObject([{ outcome: 'not-sent', code: 'old-key-dead-before' }])
    const set = await world.app.call('credential.set', { name: 'move/two', secret: two.key })
    expect(valueOf(set)).toMatchObject({ settled: true, newKey: { tail: two.key.slice(-4) } })
    expect(await world.rotate('move/two')).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
  })

  it('that was mistyped is put right, proven at once, and refused where another has it', async () => {
    const who = world.sandbox.addPrincipal('conjur')
    const wrong = { ...who, inputs: { ...who.inputs, login: 'mistyped' } }
    valueOf(await world.add('conjur', 'move/three', wrong, { unproven: true }))
    const inputs = { login: who.inputs?.['login'] ?? '' }
    const edited = valueOf(await edit('move/three', { inputs }))
    expect(edited.state).toBe('healthy')
    expect(edited.verifiedAt).not.toBeNull()
    const other = world.sandbox.addPrincipal('conjur')
    valueOf(await world.add('conjur', 'move/four', other))
    expect(await edit('move/four', { inputs, unproven: true })).toMatchObject(failed('known-subject'))
  })
})

describe('another address', () => {
  it('that does not answer is taken, unverified', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'move/away', who))
    const edited = valueOf(await edit('move/away', { baseUrl: 'http://127.0.0.1:9' }))
    expect(edited).toMatchObject({ baseUrl: 'http://127.0.0.1:9', verifiedAt: null })
    const { baseUrl } = world.sandbox.vendors.projectdiscovery
    expect(valueOf(await edit('move/away', { baseUrl })).verifiedAt).not.toBeNull()
  })

  it.each([
    ['http://api.example.com', 'bad-url'],
    ['https://user:secret@127.0.0.1/', 'bad-url'],
    ['https://127.0.0.1/?key=1', 'bad-url'],
    ['https://127.0.0.1/#part', 'bad-url'],
    ['https://127.0.0.1/a/../b', 'bad-url'],
    ['ftp://127.0.0.1/', 'bad-url'],
    ['https://evil.example', 'bad-url'],
    ['', 'bad-url'],
  ])('%s is refused by add and by edit alike', async (baseUrl, code) => {
    const who = world.sandbox.addPrincipal('scrapebit')
    const name = `url/${who.principal}`
    const added = await world.add('scrapebit', name, who, { baseUrl })
    expect(added).toMatchObject(failed(code))
    expect(world.keyIn(name)).toBeNull()
    valueOf(await world.add('scrapebit', name, who))
    expect(await edit(name, { baseUrl })).toMatchObject(failed(code))
    expect((await shown(name)).baseUrl).toBe(world.sandbox.vendors.scrapebit.baseUrl)
  })
})
