import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { emptyEntry } from '../../src-main/formats/define-format.ts'
import { rekey, rekeyWith } from '../../src-main/formats/rekey.ts'
import { describeFormat } from '../contract/format.ts'
import { tameEntry, vaultOf } from '../contract/vaults.ts'

const cheap = rekeyWith({ workFactor: 1 })
describeFormat(cheap)
describeFormat(cheap, { close: { passphrase: 'correct horse' }, runs: 40 })

describe('a Rekey document', () => {
  const vendorFiles = [{ id: 'one', text: 'id: one\n' }]

  it.each([0, 1, 199, 200, 201, 400, 1_001])(
    'of %i entries is one document, however it is put together',
    async (count) => {
      const entries = Array.from({ length: count }, (_, n) => ({ ...emptyEntry, name: `[${n}],`, secret: 'ключ ,"[]' }))
      for (const more of [{}, { vendorFiles }]) {
        const written = await rekey.write?.({ entries, notes: [], ...more }, {})
        if (!written?.ok) throw new Error('not written')
        const shown = entries.map(({ where: _where, left: _left, ...rest }) => rest)
        const text = Buffer.from(written.value.bytes).toString()
        const document = JSON.parse(text) as unknown
        expect(document).toEqual({ rekey: 'vendorFiles' in more ? 2 : 1, entries: shown, ...more })
        expect(text).toBe(JSON.stringify(document))
        const identities = await generateIdentity()
        const recipients = [await identityToRecipient(identities)]
        const sealed = await rekey.write?.({ entries, notes: [], ...more }, { recipients })
        const read = sealed?.ok ? await rekey.read(sealed.value.bytes, { identities }) : sealed
        expect(read).toMatchObject({ ok: true, value: { entries: shown, ...more } })
      }
    },
  )
})

/** The age program (github.com/FiloSottile/age), from Debian; scripts/test.ts sees to it. */
const hasAge = spawnSync('age', ['--version']).error === undefined
const folder = mkdtempSync(join(tmpdir(), 'rekey-age-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = (name: string): string => join(folder, name)

function identity(name: string): { readonly secret: string; readonly recipient: string } {
  const made = spawnSync('age-keygen', ['-o', path(name)], { encoding: 'utf8' })
  const recipient = /age1\w+/.exec(made.stderr)?.[0]
  if (recipient === undefined) throw new Error(`age-keygen: ${made.stderr}`)
  return { secret: readFileSync(path(name), 'utf8'), recipient }
}

describe.skipIf(!hasAge && process.env['CI'] !== 'true')('a Rekey file and the age program', () => {
  it('read and write the same, for one recipient and for many', async () => {
    const [one, two] = [identity('one.key'), identity('two.key')]
    await fc.assert(
      fc.asyncProperty(fc.array(tameEntry(), { minLength: 1, maxLength: 4 }), async (entries) => {
        const bare = await rekey.write?.(vaultOf(...entries), {})
        const sealed = await rekey.write?.(vaultOf(...entries), { recipients: [one.recipient, two.recipient] })
        if (!bare?.ok || !sealed?.ok) throw new Error('not written')
        writeFileSync(path('ours.age'), sealed.value.bytes)
        for (const name of ['one.key', 'two.key']) {
          const theirs = spawnSync('age', ['-d', '-i', path(name), path('ours.age')])
          expect(theirs.stdout.equals(bare.value.bytes)).toBe(true)
        }
        writeFileSync(path('plain.json'), bare.value.bytes)
        for (const more of [[], ['-a']]) {
          const made = spawnSync('age', [...more, '-r', one.recipient, '-o', path('theirs.age'), path('plain.json')])
          expect(made.status).toBe(0)
          const read = await rekey.read(readFileSync(path('theirs.age')), { identities: one.secret })
          expect(read.ok && read.value.entries.map(({ secret }) => secret)).toEqual(entries.map(({ secret }) => secret))
        }
      }),
      { numRuns: 5 },
    )
  })

  it('agree on who may not open it', async () => {
    const [one, two] = [identity('three.key'), identity('four.key')]
    const sealed = await rekey.write?.(vaultOf({ name: 'a', secret: 'b' }), { recipients: [one.recipient] })
    if (!sealed?.ok) throw new Error('not written')
    writeFileSync(path('ours.age'), sealed.value.bytes)
    expect(spawnSync('age', ['-d', '-i', path('four.key'), path('ours.age')]).status).not.toBe(0)
    const read = await rekey.read(sealed.value.bytes, { identities: two.secret })
    expect(read).toMatchObject({ ok: false, failure: { code: 'vault-passphrase' } })
  })

  it('agree on a passphrase that a person types', async () => {
    const sealed = await rekey.write?.(vaultOf({ name: 'a', secret: 'made-up' }), { passphrase: 'correct horse' })
    if (!sealed?.ok) throw new Error('not written')
    writeFileSync(path('sealed.age'), sealed.value.bytes)
    // age asks on a terminal alone; Python gives it one
    const typed = `
import os, pty, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp('age', ['age', '-d', '-o', sys.argv[2], sys.argv[1]])
time.sleep(0.5)
os.write(fd, b'correct horse\\n')
while True:
    try:
        if not os.read(fd, 1024): break
    except OSError: break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`
    const opened = spawnSync('python3', ['-c', typed, path('sealed.age'), path('opened.json')], { encoding: 'utf8' })
    expect(opened.status, opened.stderr).toBe(0)
    expect(readFileSync(path('opened.json'), 'utf8')).toContain('"secret":"made-up"')
  })
})
