import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** A slice of `npm run fuzz`, and that it can fail. */
const script = fileURLToPath(new URL('../../scripts/fuzz-formats.ts', import.meta.url))
const fuzz = (...args: readonly string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

describe('the fuzzer', () => {
  it('finds nothing in a few seconds', () => {
    const { status, stdout, stderr } = fuzz('--seconds', '10')
    expect(`${stdout}${stderr}`).toMatch(/\d+ inputs, 0 targets failed, seed \d+\n$/)
    expect(status).toBe(0)
    for (const id of ['rekey', 'kdbx', 'kdbx-document', 'kdbx-header', 'bitwarden', '1pux', 'csv', 'dotenv'])
      expect(stdout).toMatch(new RegExp(`^${id}: [1-9]\\d+ inputs`, 'm'))
  }, 300_000)

  it.each([
    ['planted-crash', /Error: planted/],
    ['planted-hang', /over 2000 ms at input 1 /],
    ['planted-rubbish', /what was read is no vault/],
    ['planted-talk', /a warning was printed/],
  ])(
    'sees a %s',
    (id, why) => {
      const { status, stdout } = fuzz('--only', id, '--inputs', '5')
      expect(stdout).toMatch(why)
      expect(stdout).toMatch(/1 targets failed, seed \d+\n$/)
      expect(status).toBe(1)
    },
    120_000,
  )
})
