import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { electronBinary } from '../../scripts/start.ts'
import { RekeyWindow } from './pages/window.ts'

/** The real Electron, where its binary is; the same page objects as over the browser host. */
const binary = electronBinary()
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])

describe.skipIf(binary === null || !hasDisplay)('the real desktop app', () => {
  it('opens, has no Node in its page, and rotates a key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-electron-'))
    const app = await _electron.launch({
      executablePath: binary ?? '',
      args: [
        join(import.meta.dirname, '../..'),
        `--user-data-dir=${join(folder, 'user')}`,
        '--password-store=basic',
        '--use-mock-keychain',
      ],
      env: { ...(process.env as Record<string, string>), REKEY_HOME: join(folder, 'data'), REKEY_KEYCHAIN: 'sealed' },
    })
    try {
      const page = await app.firstWindow()
      expect(await page.evaluate(() => [typeof globalThis.process, 'require' in globalThis])).toEqual([
        'undefined',
        false,
      ])
      const rekey = new RekeyWindow(page)
      await rekey.makeSealedStore('a passphrase for tests only')
      await rekey.startSandbox()
      await rekey.rotate('sandbox/scrapebit')
      await page.getByText('New key for sandbox/scrapebit').waitFor()
      expect(await rekey.lights()).toEqual([expect.stringContaining('dead'), expect.stringContaining('works')])
    } finally {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
