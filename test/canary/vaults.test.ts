import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../hosts/cli/world.ts'
import { findSecrets, type Output } from './find-secrets.ts'
import { plantSecrets } from './planted-secrets.ts'

/** Keys, notes, fields and passphrases go through an import and an export; no one of them is to be found afterwards. */
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

describe('vaults in and out', () => {
  it('leave no secret in the data folder, in an encrypted file or in what was said', async () => {
    const secrets = plantSecrets(['key', 'second key', 'note', 'PIN', 'passphrase', 'wrong passphrase', 'unreadable'])
    const value = (label: string): string => secrets.find((each) => each.label === label)?.value ?? ''
    const path = (name: string): string => join(world.folder, '..', name)
    writeFileSync(path('words'), `${value('passphrase')}\n`, { mode: 0o600 })
    writeFileSync(path('wrong'), `${value('wrong passphrase')}\n`, { mode: 0o600 })
    const rows = [`a,${value('key')},${value('note')},${value('PIN')}`, `b,${value('second key')},,`]
    writeFileSync(path('keys.csv'), `name,password,notes,PIN\n${rows.join('\n')}\n`)
    writeFileSync(path('bad.csv'), `name,password\na,"${value('unreadable')}`)
    writeFileSync(path('bad.json'), `{"rekey":1,"entries":[{"name":"a","secret":"${value('unreadable')}","more":1}]}`)
    const outputs: Output[] = []
    const run = async (code: number, ...args: readonly string[]): Promise<void> => {
      const ran = await world.rekey(args)
      expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).toBe(code)
      outputs.push({ label: args.join(' '), bytes: ran.stdout }, { label: args.join(' '), bytes: ran.stderr })
    }
    const sealed = ['--passphrase-file', path('words')]
    await run(0, 'import', path('keys.csv'), '--dry-run')
    await run(0, 'import', path('keys.csv'), '--dry-run', '--json')
    await run(0, 'import', path('keys.csv'))
    await run(0, 'show', 'a', '--json')
    await run(0, 'history', '--json')
    await run(2, 'import', path('bad.csv'))
    await run(2, 'import', path('bad.json'), '--json')
    for (const format of ['rekey', 'kdbx', 'bitwarden']) {
      const file = join(world.folder, `out.${format}`)
      await run(0, 'export', file, '--format', format, ...sealed)
      await run(2, 'import', file, '--passphrase-file', path('wrong'))
      await run(0, 'import', file, ...sealed, '--json')
    }
    await run(2, 'export', join(world.folder, 'clear.csv'), '--format', 'csv')
    expect(findSecrets([world.home, world.folder], outputs, secrets)).toEqual([])
    // a scan that finds nothing anywhere proves nothing
    await world.rekey(['export', join(world.folder, 'clear.csv'), '--format', 'csv', '--plain-text'])
    expect(findSecrets([world.folder], [], secrets).length).toBeGreaterThan(3)
  }, 120_000)
})
