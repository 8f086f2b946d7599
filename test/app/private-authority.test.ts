import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../../src-contract/result.ts'
import type { InputOf } from '../../src-contract/operations.ts'
import { Secret } from '../../src-main/core/secret.ts'
import { compose, type App } from '../../src-main/app/compose.ts'
import { openPorts } from '../../src-main/hosts/create-app.ts'
import type { Sandbox } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { keptStore } from '../fakes/kept-store.ts'
import { makeCertificates, pinOf, type Certificates } from '../fixtures/wire-certificates.ts'

/** A Conjur behind a certificate of its own: seen, named, and trusted only once a person says so. */
const root = join(import.meta.dirname, '../..')
let folder: string
let sandbox: Sandbox
let front: Server
let certificates: Certificates
let baseUrl: string
let app: App

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-authority-'))
  sandbox = await startSandbox({ quiet: true })
  certificates = makeCertificates()
  const behind = Number(new URL(sandbox.vendors.conjur.baseUrl).port)
  front = createServer({ key: certificates.signed.key, cert: certificates.signed.cert }, (socket) => {
    const inner = connect(behind, '127.0.0.1')
    inner.on('error', () => socket.destroy())
    socket.on('error', () => inner.destroy())
    socket.pipe(inner).pipe(socket)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  baseUrl = `https://localhost:${(front.address() as AddressInfo).port}`
  const opened = openPorts(
    {
      homePath: join(folder, 'home'),
      storeKind: 'sealed',
      passphrase: async () => ok(Secret.of('unused')),
      isInteractive: false,
      courierEntry: join(root, 'dist/courier.js'),
      keychainEntry: '',
      replyWaitSeconds: 5,
      environment: {},
    },
    () => undefined,
  )
  if (!opened.ok) throw new Error(opened.failure.code)
  app = compose({ ...opened.value.ports, openStore: async () => ok(keptStore()) }, opened.value.close)
})
afterAll(async () => {
  await app.close()
  front.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

const asked = (name: string): InputOf<'credential.add'> => {
  const { key, inputs } = sandbox.addPrincipal('conjur')
  return { vendor: 'conjur', name, secret: key, baseUrl, inputs: { ...inputs } }
}

describe('a server with a certificate of its own', () => {
  it('is not asked anything: its certificate is named, and nothing is kept', async () => {
    const before = sandbox.log.length
    const added = await app.call('credential.add', asked('unknown'))
    expect(added).toMatchObject({
      ok: false,
      failure: { code: 'tls-unknown', fields: { sha256: pinOf(certificates.signed.cert) } },
    })
    expect(sandbox.log.length).toBe(before)
    expect(await app.call('credential.list', {})).toEqual({ ok: true, value: [] })
  })

  it('is trusted by its pin, and by that alone; the courier too', async () => {
    const wrong = await app.call('credential.add', { ...asked('wrong'), pinSha256: '0'.repeat(64) })
    expect(wrong).toMatchObject({ ok: true, value: { proof: 'no-answer' } })
    const added = await app.call('credential.add', { ...asked('pinned'), pinSha256: pinOf(certificates.signed.cert) })
    expect(added).toMatchObject({ ok: true, value: { proof: 'works' } })
    const rotated = await app.call('rotation.run', { selection: { names: ['pinned', 'wrong'] } })
    expect(rotated).toMatchObject({
      ok: true,
      value: [{ outcome: 'rotated' }, { outcome: 'not-sent', code: 'not-proven' }],
    })
  })

  it('is trusted by its authority', async () => {
    const added = await app.call('credential.add', { ...asked('by-ca'), caPem: certificates.caPem })
    expect(added).toMatchObject({ ok: true, value: { proof: 'works' } })
    expect(await app.call('rotation.run', { selection: { names: ['by-ca'] } })).toMatchObject({
      ok: true,
      value: [{ outcome: 'rotated' }],
    })
  })
})
