import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Vault } from '../../src-main/formats/define-format.ts'
import { formats } from '../../src-main/formats/catalog.ts'

/**
 * Files as they come, in `test/fixtures/vaults/<format>`: `ok.*` and `bad.*`, with `expected.json` saying what each must
 * give. A file without a line there, and a line without its file, are failures as well.
 */
type Expected = {
  readonly options?: { readonly passphrase?: string; readonly keyFile?: string }
  readonly vault?: Vault
  readonly failure?: unknown
}

const root = fileURLToPath(new URL('../fixtures/vaults/', import.meta.url))
const folders = readdirSync(root, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []))

describe.each(folders)('files of %s', (folder) => {
  const path = (name: string): string => `${root}${folder}/${name}`
  const format = formats.find(({ id }) => id === folder)
  const expected = JSON.parse(readFileSync(path('expected.json'), 'utf8')) as Record<string, Expected>
  const files = readdirSync(path('')).filter((name) => /^(ok|bad)\./.test(name))

  it('are all said, both ways', () => {
    expect(format?.id).toBe(folder)
    expect(Object.keys(expected).sort()).toEqual(files.sort())
    expect(files.filter((name) => name.startsWith('ok.')).length).toBeGreaterThan(0)
    expect(files.filter((name) => name.startsWith('bad.')).length).toBeGreaterThan(0)
  })

  it.each(files)('%s', async (name) => {
    const { options = {}, vault, failure } = expected[name] ?? {}
    const { keyFile, ...rest } = options
    const bytes = readFileSync(path(name))
    const before = process.memoryUsage().rss
    const began = process.cpuUsage()
    const read = await format?.read(bytes, {
      ...rest,
      ...(keyFile === undefined ? {} : { keyFile: readFileSync(path(keyFile)) }),
    })
    expect(read).toEqual(name.startsWith('ok.') ? { ok: true, value: vault } : { ok: false, failure })
    // What is refused is refused soon, by the processor's time, and without taking the machine's memory for it.
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1_000_000).toBeLessThan(5)
    expect(process.memoryUsage().rss - before).toBeLessThan(1.2e9)
    if (name.startsWith('ok.')) expect(format?.detect(bytes.subarray(0, 65_536), 'file')).toBeGreaterThan(0.5)
  })
})
