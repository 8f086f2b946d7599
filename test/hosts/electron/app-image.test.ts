import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { courierAddress, desktopCouriers } from '../../../src-main/hosts/electron/courier-mode.ts'
import { makeHome, mint, type Home } from '../../courier/courier-home.ts'
import { fake } from '../../fakes/electron/one-fake.ts'
import { sized, wireServer, type WireServer } from '../../fixtures/wire-server.ts'

vi.mock('electron', async () => (await import('../../fakes/electron/one-fake.ts')).fake.electron)

/** Which file the app starts as its courier. A mounted AppImage goes with its first process; the file it came from stays. */
const folder = mkdtempSync(join(tmpdir(), 'rekey-appimage-'))
const image = join(folder, 'Rekey 1.0 (x86_64).AppImage')
const told = join(folder, 'told')
const binary = join(import.meta.dirname, '../../fakes/electron/binary.ts')
let home: Home
let server: WireServer
beforeEach(async () => {
  home = makeHome()
  server = await wireServer(({ socket }) => socket.write(sized('{}')))
  writeFileSync(image, `#!/bin/sh\nprintf '%s\\n' "$@" >'${told}'\nexec '${process.execPath}' '${binary}' "$@"\n`)
  chmodSync(image, 0o755)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  fake.app.isPackaged = false
  home.close()
  await server.close()
  rmSync(told, { force: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const sentBy = async () => {
  const courier = desktopCouriers().start()
  const prepared = await courier.prepare(await home.order(mint(server.url)))
  courier.close()
  return prepared
}

describe.skipIf(process.platform === 'win32')('an AppImage', () => {
  it('starts its couriers by its own file, with the address and nothing else', async () => {
    vi.stubEnv('APPIMAGE', image)
    fake.app.isPackaged = true
    expect(await sentBy()).toMatchObject({ ok: true })
    const given = readFileSync(told, 'utf8').trimEnd().split('\n')
    expect(given).toHaveLength(1)
    expect(courierAddress(given)).toMatch(/^\/.*rekey-/)
  })

  it('that was moved away meanwhile sends nothing', async () => {
    vi.stubEnv('APPIMAGE', image)
    fake.app.isPackaged = true
    rmSync(image)
    expect(await sentBy()).toMatchObject({ ok: false, failure: { code: 'courier' } })
    expect(server.requests).toHaveLength(0)
  })

  it('is not what another packing is: that starts the binary it runs in', async () => {
    vi.stubEnv('APPIMAGE', undefined)
    expect(await sentBy()).toMatchObject({ ok: true })
    expect(() => readFileSync(told)).toThrow('ENOENT')
  })
})
