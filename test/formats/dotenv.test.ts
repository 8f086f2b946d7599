import { execFileSync } from 'node:child_process'
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReadOptions, VaultEntry } from '../../src-main/formats/define-format.ts'
import { dotenv } from '../../src-main/formats/dotenv.ts'
import { describeFormat } from '../contract/format.ts'
import { vaultOf } from '../contract/vaults.ts'

describeFormat(dotenv, { names: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/@:+-]{0,40}$/) })

const written = async (...entries: readonly Partial<VaultEntry>[]) => {
  const result = await dotenv.write?.(vaultOf(...entries), {})
  if (!result?.ok) throw new Error('not written')
  return { ...result.value, text: new TextDecoder().decode(result.value.bytes) }
}

describe('a .env file', () => {
  it('gives every name a variable of its own', async () => {
    const { text } = await written(
      { name: 'prod/a', secret: '1' },
      { name: 'prod-a', secret: '2' },
      { name: '9', secret: '3' },
    )
    expect(text.split('\n').filter((line) => /=/.test(line))).toEqual(['PROD_A=1', 'PROD_A_2=2', '_9=3'])
  })

  it('is read the same by a shell, where a shell can', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-dotenv-'))
    try {
      const { text } = await written({ name: 'A', secret: 'plain-1' }, { name: 'B', secret: 'two $words "q"' })
      writeFileSync(join(folder, '.env'), text)
      const shown = execFileSync('/bin/sh', ['-c', '. ./.env; printf "%s|%s" "$A" "$B"'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect(shown).toBe('plain-1|two $words "q"')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('that cannot hold a value says so, and does not change it', async () => {
    const odd = `all of ' and " and \` in one`
    const { text, dropped } = await written({ name: 'a', secret: odd }, { name: 'b', secret: 'fine' })
    expect(dropped).toMatchObject([{ name: 'a', what: 'entry' }])
    expect(text).not.toContain('all of')
  })

  it('keeps a key that looks like a reference, and proves it', async () => {
    const { bytes } = await written({ name: 'a', secret: '$NAME' }, { name: 'b', secret: `it's ${'${NAME}'}` })
    const read = await dotenv.read(bytes, {})
    expect(read.ok && read.value.entries.map(({ secret }) => secret)).toEqual(['$NAME', `it's ${'${NAME}'}`])
  })
})

const read = async (text: string, map: Readonly<Record<string, string>> = {}, more: ReadOptions = {}) => {
  const answer = await dotenv.read(new TextEncoder().encode(text), { map, ...more })
  if (!answer.ok) return { keys: [], leftOut: [], absent: [], notes: [], failure: answer.failure.fields }
  const { entries, leftOut = [], absent = [], notes } = answer.value
  return { keys: entries.map(({ secret }) => secret), leftOut, absent, notes, failure: null }
}

describe('a .env file that is odd but legal', () => {
  it.each([
    ['a quote within a value', `A_KEY=a: "b\n`, ['a: "b']],
    ['a quote within a comment', `A_KEY=abc # say "hi: 'there\nB_KEY=d\n`, ['abc', 'd']],
    ['a name that begins with a digit', '2FA_KEY=a\n', ['a']],
    ['a colon for an equals sign', 'A_KEY: a\n', ['a']],
    ['Windows, spaces and export', '\uFEFFexport A_KEY = "a b" # c\r\n\r\nB_KEY=\'c\'\r\n', ['a b', 'c']],
    ['a reference in single quotes, which is none', "A_KEY='$B'\n", ['$B']],
  ])('%s', async (_, text, keys) => {
    expect(await read(text)).toEqual({ keys, leftOut: [], absent: [], notes: [], failure: null })
  })

  it('is not taken for what it is not', async () => {
    expect((await read('A_KEY:b\n')).failure).toEqual({ where: 'line 1', what: 'it is not NAME=value' })
    expect(await read('A_KEY=pre-${B}\nB_TOKEN="${B:-x}"\n')).toMatchObject({
      keys: [],
      notes: [
        'settings that are not taken for keys: A_KEY (it refers to another variable), B_TOKEN (it refers to another variable)',
      ],
    })
  })

  it('says where a key may be cut short, since readers disagree', async () => {
    const answer = await dotenv.read(new TextEncoder().encode('A_KEY=abc#def\nB_KEY=abc #d\nC_KEY="a#b"\n'), {})
    expect(answer.ok && answer.value.entries.map(({ secret, left }) => [secret, left.map(({ what }) => what)])).toEqual(
      [
        ['abc', ['what stands behind #']],
        ['abc', []],
        ['a#b', []],
      ],
    )
  })

  it('gives what somebody says is a key, and leaves what they say is none', async () => {
    const text = 'DATABASE_URL=postgres://a:b@c/d\nA_KEY=e\n'
    expect(await read(text, { DATABASE_URL: 'secret', A_KEY: 'none' })).toEqual({
      keys: ['postgres://a:b@c/d'],
      leftOut: ['A_KEY'],
      absent: [],
      notes: [],
      failure: null,
    })
  })

  it('takes a value that looks like a key for one, whatever its name, unless somebody says that it is none', async () => {
    const keysLike = [{ prefix: 'sk_', minLength: 8, maxLength: 10 }]
    const text = 'STRIPE=sk_123456\nSHORT=sk_1234\nLONG=sk_12345678\nOTHER=xsk_12345\nSTRIPE=sk_7890123\nSHORT=b\n'
    expect(await read(text, {}, { keysLike })).toMatchObject({
      keys: ['sk_123456', 'sk_7890123'],
      leftOut: ['SHORT', 'LONG', 'OTHER'],
    })
    expect(await read(text, { STRIPE: 'none' }, { keysLike })).toMatchObject({
      keys: [],
      leftOut: ['STRIPE', 'SHORT', 'LONG', 'OTHER'],
    })
  })

  it('passes over no word of theirs: a variable that is not there is named, a meaning that there is not is refused', async () => {
    expect(await read('GH=abc\n', { gh: 'secret' })).toEqual({
      keys: [],
      leftOut: ['GH'],
      absent: ['gh'],
      notes: [],
      failure: null,
    })
    expect((await read('GH=abc\n', { GH: 'key' })).failure).toEqual({
      where: '--map',
      what: 'key is neither secret nor none, as a variable is',
    })
  })
})
