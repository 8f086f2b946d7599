import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import { openRegistry } from '../../src-main/app/vendor-registry.ts'
import type { Ledger, TrustedFile } from '../../src-main/core/ports.ts'
import { catalogTexts } from '../../src-main/vendors/catalog.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const pathOf = (id: string): string => `/vendors/${id}.yaml`
const scrapebit = catalogTexts.get('scrapebit')!
const acme = scrapebit.replace(/^id: scrapebit$/m, 'id: acme')

/** A registry over these files of the user's, of which those texts were trusted. */
function registry(files: Readonly<Record<string, string>>, trusted: Readonly<Record<string, string>>) {
  const trustedFile = (path: string): TrustedFile | null => {
    const text = trusted[path]
    return text === undefined ? null : { path, vendorId: 'acme', sha256: hash(text), text, trustedAt: '' }
  }
  return openRegistry({
    ledger: { trustedFile } as Pick<Ledger, 'trustedFile'> as Ledger,
    vendorFolder: {
      list: () => Object.keys(files).map((path) => ({ path, id: basename(path, '.yaml') })),
      read: (path) => (files[path] === undefined ? err(fail('bad-vendor-file', { file: path })) : ok(files[path])),
      pathOf,
      install: () => err(fail('internal')),
    },
    hash,
  })
}
const codeOf = (result: ReturnType<ReturnType<typeof registry>['open']>): string | null =>
  result.ok ? null : result.failure.code

describe('a vendor file of the user', () => {
  it('is used once it was trusted', () => {
    const opened = registry({ [pathOf('acme')]: acme }, { [pathOf('acme')]: acme }).open('acme')
    expect(opened.ok && opened.value.source).toBe('user')
  })

  it('is not used before it was trusted, nor after it changed', () => {
    expect(codeOf(registry({ [pathOf('acme')]: acme }, {}).open('acme'))).toBe('untrusted-vendor-file')
    const changed = registry({ [pathOf('acme')]: `${acme}\n# changed\n` }, { [pathOf('acme')]: acme })
    expect(codeOf(changed.open('acme'))).toBe('changed-vendor-file')
    expect(changed.all().map(({ file }) => file.id)).not.toContain('acme')
  })

  it('that is not used is named, with the reason', () => {
    const whyOf = (found: ReturnType<typeof registry>) => found.unusable().map(({ vendor, why }) => [vendor, why.code])
    const path = pathOf('acme')
    expect(whyOf(registry({ [path]: acme }, { [path]: acme }))).toEqual([])
    expect(whyOf(registry({ [path]: acme }, {}))).toEqual([['acme', 'untrusted-vendor-file']])
    expect(whyOf(registry({ [path]: `${acme} ` }, { [path]: acme }))).toEqual([['acme', 'changed-vendor-file']])
    expect(whyOf(registry({ [path]: '{' }, { [path]: '{' }))).toEqual([['acme', 'bad-vendor-file']])
    expect(whyOf(registry({ [pathOf('scrapebit')]: acme }, {}))).toEqual([['scrapebit', 'bad-vendor-file']])
  })

  it('never stands in for a built-in one', () => {
    const evil = scrapebit.replaceAll('api.scrapebit.com', 'api.evil.example')
    const path = pathOf('scrapebit')
    const opened = registry({ [path]: evil }, { [path]: evil }).open('scrapebit')
    expect(opened.ok && opened.value).toMatchObject({ source: 'built-in', vendor: { fileHash: hash(scrapebit) } })
  })
})

describe('a vendor file as it was when a rotation began', () => {
  it('is believed only if it still has its hash', () => {
    const { fromText } = registry({}, {})
    expect(fromText(scrapebit, hash(scrapebit)).ok).toBe(true)
    expect(fromText(`${scrapebit} `, hash(scrapebit)).ok).toBe(false)
  })
})
