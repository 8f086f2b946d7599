import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultsIn } from './fault-cells.ts'
import { openWorld, type World } from './world.ts'

/** A reply that is lost for good, by the built command line from end to end: read again, or honestly lost. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

/** A Conjur role whose next reply never comes. */
async function addRole(name: string, password: 'right' | 'wrong' | 'none') {
  const who = world.sandbox.addPrincipal('conjur')
  const given = password === 'right' ? who.secretInputs?.['password'] : 'synthetic-wrong-password'
  const inputs = Object.entries(who.inputs ?? {}).flatMap(([input, value]) => ['--input', `${input}=${value}`])
  const secretInput = password === 'none' ? [] : ['--secret-input', 'password']
  const added = await world.rekey(
    ['add', 'conjur', name, '--base-url', world.sandbox.vendors.conjur.baseUrl, ...inputs, ...secretInput],
    password === 'none' ? `${who.key}\n` : `${who.key}\n${given}\n`,
  )
  expect(added.code, added.stderr).toBe(0)
  world.sandbox.inject({ vendor: 'conjur', kind: 'after', principal: who.principal })
  return who
}
const rotate = (name: string) => world.rekey(['rotate', name, '--yes', '--json'], '', { REKEY_REPLY_WAIT: '1' })
const mintsOf = (principal: string): number =>
  world.sandbox.log.filter((entry) => entry.class === 'mint' && entry.target === principal).length

describe('a lost reply of Conjur', () => {
  it('is read again with the password, and the role is rotated', async () => {
    const who = await addRole('role/right', 'right')
    const ran = await rotate('role/right')
    expect(resultsIn(ran.stdout)).toMatchObject([{ outcome: 'rotated', settled: true, oldKey: 'dead' }])
    expect(ran.code).toBe(0)
    const key = (await world.rekey(['get', 'role/right'])).stdout.trim()
    expect(key).toBe(world.sandbox.currentKey('conjur', who.principal))
    expect(key).not.toBe(who.key)
    expect(mintsOf(who.principal)).toBe(1)
  })

  it('without a password is lost, and says how to get back in', async () => {
    const who = await addRole('role/none', 'none')
    const ran = await rotate('role/none')
    expect(resultsIn(ran.stdout)).toMatchObject([
      {
        outcome: 'lost',
        settled: false,
        oldKey: 'dead',
        newKey: null,
        hint: expect.stringContaining('rekey set role/none'),
      },
    ])
    expect(ran.stdout).toContain('name that credential as its operator')
    expect(ran.code).toBe(4)
    const recovered = await world.rekey(['recover', 'role/none'])
    expect(recovered.code).toBe(4)
    expect(recovered.stdout).toContain('the old key is dead and the new one is not here')
    expect(mintsOf(who.principal)).toBe(1)

    // an administrator gives a key, and that is the end of it
    const fresh = world.sandbox.currentKey('conjur', who.principal) ?? ''
    const set = await world.rekey(['set', 'role/none', '--json'], `${fresh}\n`)
    expect(resultsIn(set.stdout)).toMatchObject([{ outcome: 'rotated', settled: true, oldKey: 'dead' }])
    expect(await world.rekey(['recover'])).toMatchObject({ code: 0, stdout: '' })
  })

  it('without a password goes the way that it names: closed, given an operator, rotated by that', async () => {
    const who = await addRole('role/host', 'none')
    const admin = world.sandbox.vendors.conjur.operator
    const inputs = Object.entries(admin?.inputs ?? {}).flatMap(([input, value]) => ['--input', `${input}=${value}`])
    const address = ['--base-url', world.sandbox.vendors.conjur.baseUrl]
    await world.rekey(['add', 'conjur', 'role/admin', ...address, ...inputs], `${admin?.key}\n`)
    expect((await rotate('role/host')).code).toBe(4)
    const closed = await world.rekey(['recover', 'role/host', '--settle', 'neither', '--yes'])
    expect(closed.code, closed.stderr).toBe(0)
    const edited = await world.rekey(['edit', 'role/host', '--operator', 'role/admin'])
    expect(edited.code, edited.stderr).toBe(0)
    const rescued = await world.rekey(['rotate', 'role/host', '--yes', '--json', '--unproven'])
    expect(resultsIn(rescued.stdout)).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
    expect((await world.rekey(['get', 'role/host'])).stdout.trim()).toBe(
      world.sandbox.currentKey('conjur', who.principal),
    )
  })

  it('with a wrong password is lost too, and the right one finds it', async () => {
    const who = await addRole('role/wrong', 'wrong')
    const ran = await rotate('role/wrong')
    expect(resultsIn(ran.stdout)).toMatchObject([{ outcome: 'lost', settled: false, oldKey: 'dead', newKey: null }])
    expect(ran.code).toBe(4)
    expect(mintsOf(who.principal)).toBe(1)
    const plain = await world.rekey(['show', 'role/wrong'])
    expect(plain.stdout).toContain('needs-attention')
    // nothing can be edited while it is open
    const edited = await world.rekey(
      ['edit', 'role/wrong', '--secret-input', 'password'],
      `${who.secretInputs?.['password']}\n`,
    )
    expect(edited.code).toBe(4)
    expect(edited.stderr).toContain('still open')
    const fresh = world.sandbox.currentKey('conjur', who.principal) ?? ''
    expect((await world.rekey(['set', 'role/wrong'], `${fresh}\n`)).code).toBe(0)
  })
})

describe('a data folder of another machine', () => {
  it('is not recovered until a person says so', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    const { baseUrl } = world.sandbox.vendors.projectdiscovery
    await world.rekey(['add', 'projectdiscovery', 'pd', '--base-url', baseUrl], `${who.key}\n`)
    const fault = { kind: 'verify-down', afterMint: true, times: 'all', principal: who.principal } as const
    world.sandbox.inject({ vendor: 'projectdiscovery', ...fault })
    expect((await world.rekey(['rotate', 'pd', '--yes'])).code).toBe(4)
    world.sandbox.clearFaults('projectdiscovery')
    const database = new DatabaseSync(join(world.home, 'ledger.sqlite'))
    database.exec("UPDATE meta SET value = '00000000deadbeef' WHERE key = 'machine'")
    database.close()

    const asked = world.sandbox.log.length
    const refused = await world.rekey(['recover'])
    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('used on another machine')
    expect(refused.stderr).toContain('rekey recover --here')
    expect(world.sandbox.log.length).toBe(asked)
    const here = await world.rekey(['recover', '--here', '--json'])
    expect(resultsIn(here.stdout)).toMatchObject([{ name: 'pd', outcome: 'rotated', oldKey: 'dead' }])
    expect(here.code).toBe(0)
  })
})
