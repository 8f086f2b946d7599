import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import type { Begun, Circumstances } from '../../fakes/electron/begin.ts'

/** How the built app begins, or does not: each in a process of its own, since what is before ready happens once. */
const folder = mkdtempSync(join(tmpdir(), 'rekey-begin-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function begin(how: Circumstances, ...more: readonly string[]): Promise<Begun> {
  const entry = join(import.meta.dirname, '../../fakes/electron/begin.ts')
  const env = { ...process.env, REKEY_HOME: join(folder, 'data'), REKEY_KEYCHAIN: 'sealed' }
  const { stdout } = await promisify(execFile)(process.execPath, [entry, JSON.stringify(how), ...more], { env })
  return JSON.parse(stdout) as Begun
}
const ended: Begun = { exitCode: 2, windows: 0, isSandboxed: false, schemes: 0, errors: [] }
const open: Begun = { exitCode: null, windows: 1, isSandboxed: true, schemes: 1, errors: [] }

describe('the app begins', () => {
  it.each([
    'remote-debugging-port',
    'remote-debugging-pipe',
    'remote-debugging-io-pipes',
    'inspect',
    'inspect-brk',
    'inspect-wait',
    'inspect-port',
    'js-flags',
  ])('not at all when it is packaged and told --%s: no window, no scheme, and it exits', async (name) => {
    expect(await begin({ isPackaged: true, switches: [name] })).toEqual(ended)
  })

  it('not as a courier either, which holds keys too', async () => {
    const address = join(folder, 'nobody-listens')
    expect(await begin({ isPackaged: true, switches: ['remote-debugging-port'] }, `--courier=${address}`)).toEqual(
      ended,
    )
  })

  it('when it is packaged and told nothing of the kind', async () => {
    expect(await begin({ isPackaged: true, switches: ['disable-gpu'] })).toEqual(open)
  })

  it('for its developers, who may look inside', async () => {
    expect(await begin({ isPackaged: false, switches: ['remote-debugging-port', 'inspect'] })).toEqual(open)
  })

  it('once: a second one leaves the first to show itself', async () => {
    expect(await begin({ hasLock: false })).toEqual({
      exitCode: 0,
      windows: 0,
      isSandboxed: true,
      schemes: 1,
      errors: [],
    })
  })
})
