import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { exitOfDoctor } from '../../../src-main/hosts/cli/exit-code.ts'
import { openWorld, valueOf, type World } from './world.ts'

/** Each thing that can be wrong, what is said of it, and what a script sees. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function examine() {
  const report = valueOf(await world.app.call('doctor.run', {}))
  const bad = report.checks.filter((check) => !check.ok)
  for (const check of bad) expect(check.hint).toBeTruthy()
  expect(report.ok).toBe(bad.length === 0)
  return { report, exit: exitOfDoctor(report), bad, of: (id: string) => report.checks.find((each) => each.id === id) }
}
const withStore =
  (change: (ports: AppPorts) => AppPorts['openStore']) =>
  (ports: AppPorts): AppPorts => ({
    ...ports,
    openStore: change(ports),
  })

describe('the doctor', () => {
  it('finds nothing wrong with what is in order', async () => {
    const { report, exit } = await examine()
    expect(report.checks.map(({ id }) => id)).toEqual(['home', 'ledger', 'keychain', 'escrow'])
    expect([report.ok, exit]).toEqual([true, 0])
  })

  it('says that no keychain answers', async () => {
    await world.reopen(withStore(() => async () => err(fail('keychain-unavailable', { why: 'no bus' }))))
    const { bad, exit } = await examine()
    expect(bad).toMatchObject([{ id: 'keychain', detail: 'no keychain answers: no bus' }])
    expect(exit).toBe(5)
  })

  it('says that a keychain takes nothing', async () => {
    const locked = { ...world.store, prove: async () => err(fail('keychain-locked')) }
    await world.reopen(withStore(() => async () => ok(locked)))
    const { bad, exit } = await examine()
    expect(bad).toMatchObject([{ id: 'keychain', detail: 'the keychain is locked' }])
    expect(exit).toBe(5)
  })

  it('says that the keychain is another one than the ledger knows', async () => {
    valueOf(await world.add('projectdiscovery', 'pd', world.sandbox.addPrincipal('projectdiscovery')))
    world.store.items.clear()
    await world.reopen()
    const { bad, exit } = await examine()
    expect(bad).toMatchObject([{ id: 'keychain' }])
    expect(bad[0]?.detail).toContain('which rekey put there')
    expect(exit).toBe(5)
  })

  it('says what is open, and that it is to be recovered', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'after', principal: who.principal })
    await world.rotate('pd')
    const { report, exit } = await examine()
    expect(report).toMatchObject({ ok: true, open: [{ name: 'pd', outcome: 'lost' }] })
    expect(exit).toBe(4)
  })

  it('says that a sealed file belongs to nothing, and leaves it', async () => {
    valueOf(await world.add('projectdiscovery', 'pd', world.sandbox.addPrincipal('projectdiscovery')))
    const folder = join(world.ports.home.folder, 'escrow')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, '01KADZZZZZZZZZZZZZZZZZZZZZ'), Buffer.alloc(262_144), { mode: 0o600 })
    const { of, exit } = await examine()
    expect(of('escrow')).toMatchObject({ ok: true, detail: '1 sealed file belongs to no rotation of this ledger' })
    expect(exit).toBe(0)
    valueOf(await world.app.call('rotation.recover', {}))
    expect(world.ports.escrow.list()).toHaveLength(1)
  })

  it('names a vendor file that is not used, and calls it a fault where a key waits for it', async () => {
    const path = join(world.ports.home.folder, 'vendors', 'acme.yaml')
    writeFileSync(path, 'id: acme\n')
    expect((await examine()).of('vendor-files')).toMatchObject({ ok: true, detail: `${path} is not trusted yet` })
    const kept = { vendor: 'other', name: 'kept', secret: 'synthetic-doctor-0123456789' }
    valueOf(await world.app.call('credential.add', kept))
    world.ports.ledger.updateCredential(world.ports.ledger.credentialByName('kept')?.id ?? '', { vendor: 'acme' })
    const { bad, exit } = await examine()
    expect(bad).toMatchObject([{ id: 'vendor-files', detail: `${path} is not trusted yet; kept needs it` }])
    expect(exit).toBe(4)
  })

  it('passes on what the data folder and the environment are warned of', async () => {
    await world.reopen((ports) => ({
      ...ports,
      home: { ...ports.home, warnings: ['the data folder is on a network drive'] },
      ignoredSettings: ['NODE_TLS_REJECT_UNAUTHORIZED'],
    }))
    const { of, exit } = await examine()
    expect(of('home')).toMatchObject({ ok: true, detail: 'the data folder is on a network drive' })
    expect(of('environment-node_tls_reject_unauthorized')).toMatchObject({
      ok: true,
      hint: 'unset NODE_TLS_REJECT_UNAUTHORIZED',
    })
    expect(exit).toBe(0)
  })
})
