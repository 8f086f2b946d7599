import { execFileSync } from 'node:child_process'
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VaultEntry } from '../../src-main/formats/define-format.ts'
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
})
