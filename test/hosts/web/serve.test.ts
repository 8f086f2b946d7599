import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { explain, fail } from '../../../src-contract/failures.ts'
import { serve as openInBrowser } from '../../../src-main/hosts/web/serve.ts'
import { startSandbox } from '../../../src-main/sandbox/start-sandbox.ts'
import { rekeyEntry, startWindowServer } from '../../fixtures/window-server.ts'
import { sessionOf } from './http.ts'

/** `rekey serve` as a process: what it says when it cannot, and how it ends. */
const folder = mkdtempSync(join(tmpdir(), 'rekey-serve-process-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

let homes = 0
const freshHome = (): string => join(folder, `home-${(homes += 1)}`)

/** Runs it until it ends by itself. */
function serve(args: readonly string[], env: NodeJS.ProcessEnv) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const surroundings = { ...process.env, REKEY_KEYCHAIN: 'sealed', DISPLAY: '', WAYLAND_DISPLAY: '', ...env }
    const child = spawn(process.execPath, [rekeyEntry, 'serve', ...args], { env: surroundings })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    child.once('exit', (code) => resolve({ code, stdout, stderr }))
  })
}

describe('serve says in one line', () => {
  it('that a port is in use, and what to do', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    closing.push(() => taken.close())
    const { port } = taken.address() as AddressInfo
    const { code, stdout, stderr } = await serve(['--no-open', '--port', String(port)], { REKEY_HOME: freshHome() })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(new RegExp(`^rekey: port ${port} is in use\\n  choose another --port, or leave it out\\n$`))
  })

  it('that no browser can be opened, and how to go on without', async () => {
    const { code, stdout, stderr } = await serve([], { REKEY_HOME: freshHome() })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^rekey: opening a browser is not possible here\n {2}rekey serve --no-open .*\n$/)
  })

  it('that its window was not built, what builds it, and starts nothing', async () => {
    const home = freshHome()
    const pages = join(folder, 'no-pages')
    const said = await openInBrowser({ homePath: home, pages, port: 0, opensBrowser: false } as never)
    expect(said).toEqual({ ok: false, failure: { code: 'no-window', fields: {} } })
    expect(existsSync(home)).toBe(false)
    const { exit, hint } = explain(said.ok ? fail('internal') : said.failure)
    expect([exit, hint]).toEqual([2, 'npm run build makes it; then do it again'])
  })

  it('that the data folder is not safe, and starts nothing', async () => {
    const open = freshHome()
    mkdirSync(open)
    chmodSync(open, 0o777)
    const { code, stdout, stderr } = await serve(['--no-open'], { REKEY_HOME: open })
    expect([code, stdout]).toEqual([5, ''])
    expect(stderr).toMatch(/^rekey: .* is not safe: .*\n/)
  })
})

describe('serve', () => {
  it('sets settings that it cannot read aside, says so, and goes on', async () => {
    const server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed' }, (home) => {
      mkdirSync(home, { recursive: true, mode: 0o700 })
      writeFileSync(join(home, 'window.json'), '{"theme": 7', { mode: 0o600 })
    })
    closing.push(server.stop)
    expect(server.said()).toContain('settings could not be read; they were set aside')
    expect(existsSync(join(server.home, 'window.json.broken'))).toBe(true)
  })

  it('finishes what is in the air before Ctrl-C ends it', async () => {
    const sandbox = await startSandbox({ quiet: true })
    closing.push(() => sandbox.close())
    const server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed' })
    const session = await sessionOf(server.url)
    const call = async (name: string, input: unknown) => {
      const answer = await fetch(`${server.origin}/api/${name}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: server.origin,
          'sec-fetch-site': 'same-origin',
          'x-rekey-session': session,
        },
        body: JSON.stringify(input),
      })
      return (await answer.json()) as { ok: boolean }
    }
    await call('keychain.choose', { kind: 'sealed', passphrase: 'a passphrase for tests only' })
    const { baseUrl, key } = sandbox.vendors.scrapebit
    expect(
      await call('credential.add', { vendor: 'scrapebit', name: 'in/the-air', secret: key, baseUrl }),
    ).toMatchObject({ ok: true })
    sandbox.inject({ vendor: 'scrapebit', kind: 'delay', ms: 1200 })
    call('rotation.run', { selection: { names: ['in/the-air'] } }).catch(() => undefined)
    await sandbox.waitFor((entry) => entry.class === 'mint', 30_000)
    const shown = server.rekey
    // its folder goes when it has stopped: what it came to is read before
    server.child.kill('SIGINT')
    await new Promise((resolve) => server.child.once('exit', resolve))
    const { stdout } = await shown(['history', 'in/the-air', '--json'])
    expect(stdout).toContain('"event":"rotated"')
    expect(sandbox.keyState('scrapebit', key)).toBe('dead')
    await server.stop()
  })
})
