import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { formats } from '../../src-main/formats/catalog.ts'

/** Lists the packages that importing the catalog loads, each on a line. */
const listing = `
import { registerHooks } from 'node:module'
registerHooks({ resolve(name, context, next) { if (!/^[./]|^file:|^node:/.test(name)) console.log(name); return next(name, context) } })
await import(${JSON.stringify(new URL('../../src-main/formats/catalog.ts', import.meta.url).href)})
`

describe('the catalog of formats', () => {
  it('loads no library that only a file needs, so that listing formats is quick', () => {
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', listing], { encoding: 'utf8' })
    expect(status).toBe(0)
    const loaded = stdout.split('\n')
    expect(loaded).toContain('zod')
    expect(loaded.filter((name) => /^(age-encryption|kdbxweb|@node-rs\/argon2|saxes|fflate)/.test(name))).toEqual([])
  })

  it('looks at any file, however odd, in a moment', () => {
    const full = (unit: string): string => unit.repeat(Math.ceil(65_536 / unit.length))
    const units = [
      '\n',
      '\r',
      ' ',
      '\t\n',
      ',',
      '"',
      '"\n',
      '=',
      '/',
      '//a:',
      '{',
      '[',
      'machine ',
      '- \n',
      ';',
      'A=b\n',
      '#\n',
    ]
    for (const text of units.map(full))
      for (const format of formats) {
        const began = process.cpuUsage()
        format.detect(new TextEncoder().encode(text), 'a')
        const { user, system } = process.cpuUsage(began)
        expect((user + system) / 1000, `${format.id} ${JSON.stringify(text.slice(0, 8))}`).toBeLessThan(1000)
      }
  })

  it('has each id once, and every reader refuses nothing at all with a word', async () => {
    expect(new Set(formats.map(({ id }) => id)).size).toBe(formats.length)
    for (const format of formats) {
      const read = await format.read(new Uint8Array(), {})
      if (!read.ok) expect(read.failure.code).toMatch(/^(bad-vault|vault-needs)$/)
    }
  })
})
