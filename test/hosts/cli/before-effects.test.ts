import { chmodSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from './world.ts'

/** What is refused, or said, before anything is made, opened or asked. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

describe('rotate without a terminal and without --yes', () => {
  it.each([[['prod/one']], [['--all']], [['--due', '--json']]])('%j makes no data folder', async (args) => {
    const home = join(world.folder, 'not-there')
    const ran = await world.rekey(['rotate', ...args], '', { REKEY_HOME: home })
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toMatch(/needs-yes|there is no terminal to ask on/)
    expect(existsSync(home)).toBe(false)
  })

  it('opens no ledger in a data folder that has none', async () => {
    const before = readdirSync(world.home)
    expect((await world.rekey(['rotate', '--all'])).code).toBe(2)
    expect(readdirSync(world.home)).toEqual(before)
  })

  it('still names what is unknown, and starts nothing', async () => {
    await world.rekey(['add', 'other', 'kept'], 'synthetic-kept-0123456789\n')
    const ran = await world.rekey(['rotate', 'kept', 'nobody'])
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain('no credential is called nobody')
  })
})

describe.skipIf(process.platform === 'win32')('a passphrase file that others can read', () => {
  const said = 'other users can read REKEY_PASSPHRASE_FILE'
  it('is named, and taken', async () => {
    const file = world.env['REKEY_PASSPHRASE_FILE'] ?? ''
    expect((await world.rekey(['doctor'])).stderr).not.toContain(said)
    chmodSync(file, 0o644)
    const ran = await world.rekey(['doctor'])
    const changed = await world.rekey(['passphrase', '--new-passphrase-file', file])
    chmodSync(file, 0o600)
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain(`${said} ${file}: chmod 600`)
    expect(changed.stderr).toContain('other users can read --new-passphrase-file')
  })
})
