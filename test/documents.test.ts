import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { zones } from './architecture/direction.ts'
import { listTree } from './architecture/source-file.ts'

/** Documents rot where they name things. What they name exists, and what the code cites is in them. */

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...listTree(root, 'docs').files.filter((path) => path.endsWith('.md')),
]
const code = ['src-contract', 'src-main', 'test', 'scripts', 'bench', '.ci']
  .flatMap((folder) => listTree(root, folder).files)
  .filter((path) => /\.(ts|sh|yaml)$/.test(path) && !path.startsWith('test/documents'))

/** Rows of the table of mitigations: number, the file that holds it, the test file and the title that shows it. */
const mitigations = [
  ...read('docs/security-model.md').matchAll(/^\| (\d+) \| .* \| `([^`]+)` \| `([^`]+)` “(.*)” \|$/gm),
].map(([, n, holds, test, title]) => ({ n: Number(n), holds: holds ?? '', test: test ?? '', title: title ?? '' }))

/** Rows of Electron's checklist, in the same shape. */
const checklist = [
  ...read('docs/security-model.md').matchAll(/^\| E(\d+) \| .* \| `([^`]+)` \| `([^`]+)` “(.*)” \|$/gm),
].map(([, n, holds, test, title]) => ({ n: Number(n), holds: holds ?? '', test: test ?? '', title: title ?? '' }))

describe('Electron’s checklist', () => {
  it('has all twenty items', () => {
    expect(checklist.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
  })

  it.each(checklist)(
    'E$n is cited where it is held, and shown by a test that is there',
    ({ n, holds, test, title }) => {
      expect(read(holds)).toMatch(new RegExp(`SECURITY: (E\\d+, )*E${n}\\b`))
      expect(read(test)).toContain(title)
    },
  )

  it('is of the newest majors', () => {
    const manifest = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> }
    expect(Number(/\d+/.exec(manifest.devDependencies['electron'] ?? '')?.[0])).toBeGreaterThanOrEqual(45)
  })
})

describe('links in documents', () => {
  it('lead to files that are there', () => {
    const dead = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, link]) => posix.join(dirname(document), link ?? ''))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${document}: ${target}`),
    )
    expect(dead).toEqual([])
  })

  it('are joined by paths in code marks that are there', () => {
    const path = /`((?:src-contract|src-main|test|scripts|bench|docs|\.ci)\/(?!\S*acme)[\w./-]+)`/g
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(path)].map(([, found]) => [document, found]),
    )
    expect(named.length).toBeGreaterThan(40)
    expect(named.filter(([, found]) => !existsSync(join(root, found ?? '')))).toEqual([])
  })
})

describe('what code cites', () => {
  it('is a mitigation of the security model, by number', () => {
    const numbers = new Set(mitigations.map(({ n }) => n))
    const cited = code.flatMap((path) => [...read(path).matchAll(/SECURITY:? ?(\w+)/g)].map(([, n]) => [path, n]))
    expect(cited.length).toBeGreaterThan(0)
    const isItem = (n = ''): boolean => /^E\d+$/.test(n) && checklist.some((row) => `E${row.n}` === n)
    expect(cited.filter(([, n]) => !numbers.has(Number(n)) && !isItem(n))).toEqual([])
  })

  it('is a document that is there', () => {
    const cited = code.flatMap((path) =>
      [...read(path).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([found]) => [path, found]),
    )
    expect(cited.length).toBeGreaterThan(3)
    expect(cited.filter(([, found]) => !existsSync(join(root, found ?? '')))).toEqual([])
  })
})

describe('the security model', () => {
  it('numbers its mitigations one by one', () => {
    expect(mitigations.length).toBeGreaterThan(20)
    expect(mitigations.map(({ n }) => n)).toEqual(mitigations.map((_, at) => at + 1))
  })

  it.each(mitigations)('names for $n a file that holds it and a test that shows it', ({ holds, test, title }) => {
    expect(existsSync(join(root, holds)), holds).toBe(true)
    expect(existsSync(join(root, test)), test).toBe(true)
    expect(title).not.toBe('')
    expect(read(test)).toContain(title)
  })
})

describe('the experiments', () => {
  const rows = [...read('docs/testing.md').matchAll(/^\| X(\d+) \| .* \| `([^`]+)` “(.*)” \|$/gm)].map(
    ([, n, test, title]) => ({ n: Number(n), test: test ?? '', title: title ?? '' }),
  )

  it('are all there', () => {
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 23 }, (_, at) => at + 1))
  })

  it.each(rows)('X$n is held by a test that is there', ({ test, title }) => {
    expect(title).not.toBe('')
    expect(read(test)).toContain(title)
  })
})

describe('the architecture', () => {
  it('has a row for each zone', () => {
    const text = read('docs/architecture.md')
    const rows = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) =>
      name?.replace(/^src-/, '').replace(/\/.*/, ''),
    )
    const named = zones.map(({ name }) => name.replace(/\/.*/, ''))
    expect([...new Set(named)].filter((name) => !rows.includes(name))).toEqual([])
  })

  it('names every outcome', async () => {
    const { outcomeNames } = await import('../src-contract/outcomes.ts')
    const text = read('docs/architecture.md')
    expect(outcomeNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  })
})

describe('decisions', () => {
  const records = listTree(root, 'docs/adr').files

  it('are numbered one by one, each with its title, context, decision and consequences', () => {
    expect(records.length).toBeGreaterThan(14)
    records.forEach((path, at) => {
      const text = read(path)
      expect(path).toMatch(new RegExp(`^docs/adr/${String(at + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`))
      expect(text).toMatch(new RegExp(`^# ${at + 1}\\. `))
      for (const part of ['Status:', '## Context', '## Decision', '## Consequences']) expect(text, path).toContain(part)
      expect(text.split('\n').length, path).toBeLessThan(60)
    })
  })
})
