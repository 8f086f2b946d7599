import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catalogTexts } from '../../../src-main/vendors/catalog.ts'
import { failed, openWorld, valueOf, type World } from './world.ts'

/** Recovery where something else changed meanwhile: the machine, the vendor file, the credential, who holds the lease. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const recover = (more = {}) => world.app.call('rotation.recover', { names: ['pd'], ...more })
const shown = async () => valueOf(await world.app.call('credential.show', { name: 'pd' }))

/** A rotation whose new key is stored, and whose proof is missing. */
async function leaveUnverified() {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  valueOf(await world.add('projectdiscovery', 'pd', who))
  world.sandbox.inject({
    vendor: 'projectdiscovery',
    kind: 'verify-down',
    afterMint: true,
    times: 'all',
    principal: who.principal,
  })
  expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated-unverified', settled: false }])
  world.sandbox.clearFaults()
  return who
}

describe('a ledger that was copied to another machine', () => {
  it('is asked about before anything of it is asked of a vendor', async () => {
    await leaveUnverified()
    const database = new DatabaseSync(join(world.ports.home.folder, 'ledger.sqlite'))
    database.exec("UPDATE meta SET value = '00000000deadbeef' WHERE key = 'machine'")
    database.close()
    await world.reopen()
    const asked = world.sandbox.log.length
    expect(await recover()).toMatchObject(failed('other-machine'))
    expect(world.sandbox.log.length).toBe(asked)
    expect((await shown()).openRotation).not.toBeNull()
    const doctor = valueOf(await world.app.call('doctor.run', {}))
    expect(doctor.checks.find(({ id }) => id === 'ledger')).toMatchObject({ ok: false })

    expect(valueOf(await recover({ here: true }))).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
    await world.reopen()
    expect(valueOf(await recover())).toEqual([])
  })
})

describe('a rotation that somebody else is at', () => {
  it('is skipped, said, and left as it is', async () => {
    await leaveUnverified()
    const id = world.ports.ledger.credentialByName('pd')?.id ?? ''
    const lease = world.ports.locks.exclusive(id)
    const asked = world.sandbox.log.length
    expect(valueOf(await recover())).toMatchObject([
      { outcome: 'rotated-unverified', settled: false, code: 'busy', oldKey: 'unknown' },
    ])
    expect(world.sandbox.log.length).toBe(asked)
    lease?.release()
    expect(valueOf(await recover())).toMatchObject([{ outcome: 'rotated' }])
  })
})

describe('what a rotation began with', () => {
  it('is what recovery asks, wherever the credential points by now', async () => {
    await leaveUnverified()
    const { id } = world.ports.ledger.credentialByName('pd') ?? { id: '' }
    // nothing of ours lets go of it while it is open; a restored or meddled ledger may
    world.ports.ledger.updateCredential(id, { baseUrl: 'http://127.0.0.1:9', subject: 'somebody@else.example' })
    await world.reopen()
    expect(valueOf(await recover())).toMatchObject([{ outcome: 'rotated', settled: true, oldKey: 'dead' }])
  })

  it('is the vendor file as it was, whatever stands there by now', async () => {
    const file = join(world.ports.home.folder, 'acme.yaml')
    const trust = async (text: string): Promise<void> => {
      writeFileSync(file, text)
      const { sha256 } = valueOf(await world.app.call('vendor.review', { path: file }))
      valueOf(await world.app.call('vendor.trust', { path: file, sha256 }))
    }
    const text = (catalogTexts.get('projectdiscovery') ?? '').replace(/^id: .*$/m, 'id: acme')
    await trust(text)
    const who = world.sandbox.addPrincipal('projectdiscovery')
    const { baseUrl } = world.sandbox.vendors.projectdiscovery
    valueOf(await world.app.call('credential.add', { vendor: 'acme', name: 'pd', secret: who.key, baseUrl }))
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'verify-down', afterMint: true, times: 'all' })
    expect(await world.rotate('pd')).toMatchObject([{ outcome: 'rotated-unverified' }])
    world.sandbox.clearFaults()

    await trust(text.replaceAll('path: /v1/user,', 'path: /v1/nowhere,'))
    await world.reopen()
    expect(valueOf(await recover())).toMatchObject([{ vendor: 'acme', outcome: 'rotated', oldKey: 'dead' }])
    // today's file is what everything else uses
    const verified = valueOf(await world.app.call('credential.verify', { names: ['pd'] }))
    expect(verified).toMatchObject([{ state: 'unknown' }])
  })
})

describe('a vendor that acted after it was given up on', () => {
  it('makes the next start call the rotation lost, once, and say so', async () => {
    const who = world.sandbox.addPrincipal('projectdiscovery')
    valueOf(await world.add('projectdiscovery', 'pd', who))
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'before', principal: who.principal })
    const [result] = await world.rotate('pd')
    expect(result).toMatchObject({ outcome: 'not-rotated', settled: true, oldKey: 'works' })

    // the request lay somewhere between, and arrives now
    const { baseUrl } = world.sandbox.vendors.projectdiscovery
    await fetch(`${baseUrl}/v1/user/apikey/rotate`, { method: 'POST', headers: { 'X-API-Key': who.key } })
    expect(world.sandbox.keyState('projectdiscovery', who.key)).toBe('dead')

    await world.reopen()
    expect(valueOf(await recover())).toMatchObject([{ outcome: 'lost', settled: false }])
    expect(await shown()).toMatchObject({
      state: 'needs-attention',
      openRotation: { rotationId: result?.rotationId, outcome: 'lost' },
    })
    const { history } = await shown()
    const corrections = history.filter(({ detail }) => detail['corrects'] === 'not-rotated')
    expect(corrections).toMatchObject([{ event: 'lost', detail: { oldKey: 'dead' } }])
    // looking again finds the same, and that is no event
    for (const _ of [1, 2]) expect(valueOf(await recover())).toMatchObject([{ outcome: 'lost' }])
    expect((await shown()).history).toEqual(history)
    const now = world.sandbox.currentKey('projectdiscovery', who.principal) ?? ''
    expect(valueOf(await world.app.call('credential.set', { name: 'pd', secret: now }))).toMatchObject({
      outcome: 'rotated',
      settled: true,
    })
    await world.reopen()
    expect(valueOf(await recover())).toEqual([])
  })
})
