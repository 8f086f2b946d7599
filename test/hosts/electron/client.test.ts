import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { desktopClient } from '../../../src-renderer/client/desktop-client.ts'
import { describeClient } from '../../contract/client.ts'
import { fakeElectron, under } from '../../fakes/electron/electron.ts'

/** The client suite over IPC: the window's own client, the built preload, the built main entry. */
const folder = mkdtempSync(join(tmpdir(), 'rekey-ipc-'))
process.env['REKEY_HOME'] = join(folder, 'data')
process.env['REKEY_KEYCHAIN'] = 'sealed'
const fake = fakeElectron()
const client = () => {
  const bridge = fake.windows[0]?.bridge
  if (!bridge) throw new Error('there is no window')
  return desktopClient(bridge as Parameters<typeof desktopClient>[0])
}

beforeAll(async () => {
  await under(fake, pathToFileURL(join(import.meta.dirname, '../../../dist/electron/main.js')).href)
  fake.app.makeReady()
  await vi.waitFor(() => expect(fake.windows[0]?.bridge).toBeTruthy(), { timeout: 10_000 })
  await client().call('keychain.choose', { kind: 'sealed', passphrase: 'a passphrase for tests only' })
})
afterAll(async () => {
  fake.app.quit()
  await vi.waitFor(() => expect(fake.app.exitCode).toBe(0), { timeout: 10_000 })
  rmSync(folder, { recursive: true, force: true })
})

describeClient('over IPC', client)
