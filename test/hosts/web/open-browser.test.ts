import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { browsersFor, openBrowser } from '../../../src-main/hosts/web/open-browser.ts'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'rekey-browser-'))
  folders.push(made)
  return made
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

/** A browser that writes its arguments down, and the page it was given. */
function fakeBrowser(name: string, code = 0): string {
  const bin = folder()
  writeFileSync(join(bin, name), `#!/bin/sh\necho "$@" > "${bin}/arguments"\nexit ${code}\n`)
  chmodSync(join(bin, name), 0o755)
  return bin
}

const url = 'http://127.0.0.1:4321/#token=a-secret-token'

describe('opening the browser', () => {
  it('gives the token in a file that only the person can read, never in the arguments', async () => {
    const bin = fakeBrowser('xdg-open')
    const home = folder()
    expect(await openBrowser(home, url, { PATH: `${bin}:/bin:/usr/bin`, DISPLAY: ':9' })).toBe(true)
    const given = readFileSync(join(bin, 'arguments'), 'utf8')
    expect(given).toMatch(/^file:\/\//)
    expect(given).not.toContain('token')
    const [page = ''] = readdirSync(home)
    expect(statSync(join(home, page)).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(home, page), 'utf8')).toContain(url)
  })

  it('says no, and leaves nothing behind, where no browser takes it', async () => {
    const bin = fakeBrowser('xdg-open', 3)
    const home = folder()
    expect(await openBrowser(home, url, { PATH: `${bin}:/bin:/usr/bin`, DISPLAY: ':9' })).toBe(false)
    expect(await openBrowser(home, url, { PATH: '/bin:/usr/bin' })).toBe(false)
    expect(readdirSync(home)).toEqual([])
  })

  it('asks nobody without a display, and the system elsewhere', () => {
    expect(browsersFor('file:///x', { PATH: '/usr/bin' }, 'linux')).toEqual([])
    expect(browsersFor('file:///x', {}, 'darwin')).toEqual([['open', 'file:///x']])
    expect(browsersFor('file:///x', {}, 'win32')[0]?.[0]).toBe('rundll32')
    expect(existsSync('/usr/bin')).toBe(true)
  })
})
