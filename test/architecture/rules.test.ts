import { describe, expect, it } from 'vitest'
import { closureOf, directionViolations, packagesOf } from './direction.ts'
import { parseSource } from './source-file.ts'
import { noVendorId, sourceRules, violationsOf } from './source-rules.ts'
import { emptyFolders, nameViolations, sizeViolations } from './tree-rules.ts'

const direction = (path: string, text: string): string[] => directionViolations([parseSource(path, text)])
const source = (text: string): string[] => violationsOf([parseSource('src-main/core/x.ts', text)], sourceRules)

describe('reading imports', () => {
  it.each([
    [`import { a } from './a.ts'`, 'static'],
    [`import './a.ts'`, 'static'],
    [`export { a } from './a.ts'`, 'static'],
    [`export * from './a.ts'`, 'static'],
    [`import { type A, b } from './a.ts'`, 'static'],
    [`import type { A } from './a.ts'`, 'type'],
    [`import { type A } from './a.ts'`, 'type'],
    [`export type { A } from './a.ts'`, 'type'],
    [`type A = import('./a.ts').A`, 'type'],
    [`const a = await import('./a.ts')`, 'dynamic'],
    ['const a = await import(`./a.ts`)', 'dynamic'],
    [`const a = import.meta.glob('./a.ts')`, 'glob'],
    [`const a = import.meta.glob<string>(['./a.ts'], { eager: true })`, 'glob'],
    [`const a = require('./a.ts')`, 'require'],
    [`process.getBuiltinModule('./a.ts')`, 'dynamic'],
  ])('sees %s', (text, how) => {
    expect(parseSource('a.ts', text).imports).toEqual([{ specifier: './a.ts', how }])
  })

  it('does not take a comment or a string for an import', () => {
    expect(parseSource('a.ts', `// import './a.ts'\nconst a = "import './a.ts'"`).imports).toEqual([])
  })

  it('says when a specifier cannot be read', () => {
    expect(parseSource('a.ts', 'await import(name)').imports).toEqual([{ specifier: '(computed)', how: 'computed' }])
  })

  it('refuses a file that does not parse', () => {
    expect(() => parseSource('a.ts', 'const const')).toThrow('does not parse')
  })
})

describe('the direction table', () => {
  it.each([
    ['src-contract/a.ts', `import { z } from 'zod'`],
    ['src-main/core/rotation/a.ts', `import { ok } from '../../../src-contract/result.ts'`],
    ['src-main/vendors/a.ts', `import { parse } from 'yaml'`],
    ['src-main/vendors/catalog.ts', `import.meta.glob('./catalog/*.yaml')`],
    ['src-main/adapters/http/a.ts', `import { Secret } from '../../core/secret.ts'`],
    ['src-main/adapters/http/a.ts', `import type { Credential } from '../../core/credentials/credential.ts'`],
    ['src-main/adapters/http/a.ts', `import { dial } from './dial.ts'\nimport { readFile } from 'node:fs/promises'`],
    ['src-main/courier/a.ts', `import { seal } from '../adapters/escrow/seal.ts'`],
    ['src-main/courier/a.ts', `import { dial } from '../adapters/http/dial.ts'`],
    ['src-main/adapters/courier/a.ts', `import { a } from '../../courier/protocol.ts'`],
    ['src-main/adapters/keychain/a.ts', `import { seal } from '../crypto/sealed-box.ts'`],
    ['src-main/app/a.ts', `import { step } from '../core/rotation/machine.ts'`],
    ['src-main/hosts/cli/a.ts', `import { compose } from '../../app/compose.ts'`],
    ['src-main/hosts/electron/a.ts', `import { app } from 'electron'`],
    ['src-main/hosts/cli/a.ts', `import { createApp } from '../create-app.ts'`],
    ['src-main/hosts/create-app.ts', `import { compose } from '../app/compose.ts'`],
  ])('lets %s say %s', (path, text) => {
    expect(direction(path, text)).toEqual([])
  })

  it.each([
    ['src-contract/a.ts', `import { Secret } from '../src-main/core/secret.ts'`],
    ['src-contract/a.ts', `import { readFile } from 'node:fs'`],
    ['src-main/core/a.ts', `import type { A } from '../adapters/http/a.ts'`],
    ['src-main/core/a.ts', `import { z } from 'zod'`],
    ['src-main/core/a.ts', `const fs = await import('node:fs')`],
    ['src-main/core/a.ts', `import { a } from '../vendors/interpreter.ts'`],
    ['src-main/vendors/a.ts', `import { createHash } from 'node:crypto'`],
    ['src-main/vendors/a.ts', `import { step } from '../core/rotation/machine.ts'`],
    ['src-main/vendors/a.ts', `import.meta.glob('../hosts/*.ts')`],
    ['src-main/adapters/http/a.ts', `import { a } from '../ledger/a.ts'`],
    ['src-main/adapters/http/a.ts', `import { step } from '../../core/rotation/machine.ts'`],
    ['src-main/adapters/http/a.ts', `import { a } from '../../hosts/cli/a.ts'`],
    ['src-main/adapters/http/a.ts', `import got from 'got'`],
    ['src-main/courier/a.ts', `import { a } from '../adapters/keychain/a.ts'`],
    ['src-main/courier/a.ts', `import { a } from '../adapters/http/exchange.ts'`],
    ['src-main/adapters/keychain/a.ts', `import { a } from '../../courier/protocol.ts'`],
    ['src-main/adapters/courier/a.ts', `import { a } from '../../courier/serve.ts'`],
    ['src-main/core/a.ts', `process.getBuiltinModule('node:fs')`],
    ['src-main/courier/a.ts', `import { z } from 'zod'`],
    ['src-main/app/a.ts', `import { a } from '../adapters/http/a.ts'`],
    ['src-main/app/a.ts', `import { readFile } from 'node:fs'`],
    ['src-main/sandbox/a.ts', `import { a } from '../core/secret.ts'`],
    ['src-main/hosts/cli/a.ts', `import { a } from '../electron/a.ts'`],
    ['src-main/hosts/cli/a.ts', `import { step } from '../../core/rotation/machine.ts'`],
    ['src-main/hosts/cli/a.ts', `import { app } from 'electron'`],
    ['src-main/adapters/http/a.ts', `import type { App } from 'electron'`],
    ['src-main/hosts/cli/a.ts', `await import(name)`],
    ['src-main/hosts/cli/a.ts', `const a = require('node:fs')`],
    ['src-main/core/a.ts', `import { a } from './a'`],
    ['src-main/hosts/create-app.ts', `import { a } from './cli/a.ts'`],
    ['src-main/hosts/create-app.ts', `import { app } from 'electron'`],
    ['src-main/hosts/phone/a.ts', 'export {}'],
    ['src-main/drawer/a.ts', 'export {}'],
  ])('forbids %s to say %s', (path, text) => {
    expect(direction(path, text)).toHaveLength(1)
  })
})

describe('what runs with an entry', () => {
  const files = [
    parseSource('src-main/courier/main.ts', `import { a } from './a.ts'\nimport type { C } from './c.ts'`),
    parseSource('src-main/courier/a.ts', `import { z } from 'zod'\nimport { readFile } from 'node:fs'`),
    parseSource('src-main/courier/c.ts', `import { d } from 'diff'`),
  ]

  it('is followed through run-time imports only', () => {
    const closure = closureOf('src-main/courier/main.ts', files)
    expect(closure.map(({ path }) => path)).toEqual(['src-main/courier/main.ts', 'src-main/courier/a.ts'])
    expect(packagesOf(closure)).toEqual(['src-main/courier/a.ts: zod'])
  })

  it('is not guessed where a file is missing', () => {
    expect(() => closureOf('src-main/courier/main.ts', files.slice(0, 1))).toThrow('is not a source file')
  })
})

describe('the rules of one source', () => {
  it('lets ordinary code pass', () => {
    const text = `import { createHash, type Hash } from 'node:crypto'
      const algorithm = 'sha256'
      export const digest = (text: string): string => createHash(algorithm).update(text).digest('hex')
      const { randomBytes } = process.getBuiltinModule('node:crypto')
      const load = () => process.getBuiltinModule('node:crypto')
      const late = load().createHash('sha256')
      // findCredentials, console.log, any and NODE_TLS_REJECT_UNAUTHORIZED in a comment are words, not code`
    expect(source(text)).toEqual([])
  })

  it.each([
    ['export default 1', 'has a default export'],
    ['const a = 1; export { a as default }', 'has a default export'],
    ['export type A = any', 'uses any'],
    ['const a = b as unknown as any[]', 'uses any'],
    ['export enum A { B }', 'uses an enum'],
    ['const a = b!', 'uses a non-null assertion'],
    ['class A { constructor(private b: string) {} }', 'uses a parameter property'],
    ['console.log(1)', 'uses console'],
    [`console['error'](1)`, 'uses console'],
    [`export * from './a.ts'`, 'is a barrel'],
    [`export { a } from './a.ts'\nexport type { B } from './b.ts'`, 'is a barrel'],
    ['keytar.findCredentials(a)', 'mentions findCredentials'],
    [`keytar['findCredentials'](a)`, 'mentions findCredentials'],
    ['if (process.env.NODE_TLS_REJECT_UNAUTHORIZED) a()', 'mentions NODE_TLS_REJECT_UNAUTHORIZED'],
    [`env['NODE_TLS_REJECT_UNAUTHORIZED']`, 'mentions NODE_TLS_REJECT_UNAUTHORIZED'],
    ['connect({ rejectUnauthorized: false })', 'sets rejectUnauthorized by itself'],
    ['connect({ rejectUnauthorized: strict })', 'sets rejectUnauthorized by itself'],
    [`import { pbkdf2Sync } from 'node:crypto'`, 'uses pbkdf2Sync of node:crypto'],
    [`import * as crypto from 'node:crypto'`, 'imports the whole of node:crypto'],
    [`import crypto from 'crypto'`, 'imports the whole of node:crypto'],
    [`import { createHash as h } from 'node:crypto'`, 'renames createHash of node:crypto'],
    [`await import('node:crypto')`, 'imports node:crypto dynamically'],
    [`const crypto = process.getBuiltinModule('node:crypto')`, 'imports node:crypto dynamically'],
    [`const load = () => process.getBuiltinModule('node:crypto')`, 'imports node:crypto dynamically'],
    [
      `const load = () => process.getBuiltinModule('node:crypto')\nload().createSign()`,
      'uses createSign of node:crypto',
    ],
    [`load().createHash('md5')`, 'calls createHash with md5'],
    [`use(process.getBuiltinModule('node:crypto'))`, 'imports node:crypto dynamically'],
    [`const { createHash: h } = process.getBuiltinModule('node:crypto')`, 'imports node:crypto dynamically'],
    [`const { createSign } = process.getBuiltinModule('node:crypto')`, 'uses createSign of node:crypto'],
    [`process.getBuiltinModule('node:crypto').createSign('a')`, 'uses createSign of node:crypto'],
    ['crypto.subtle.digest(a, b)', 'uses the global crypto'],
    [`createCipheriv('aes-256-cbc', k, iv)`, 'calls createCipheriv with aes-256-cbc'],
    [`createHash('md5')`, 'calls createHash with md5'],
    ['createHmac(algorithm, key)', 'calls createHmac with an algorithm that is not a constant'],
  ])('finds %s', (text, what) => {
    expect(source(text)).toContain(`src-main/core/x.ts: ${what}`)
  })

  it('lets only the owner of trust decide on it, and not even that one switch it off', () => {
    const owner = (text: string) => violationsOf([parseSource('src-main/adapters/http/trust.ts', text)], sourceRules)
    expect(owner('connect({ rejectUnauthorized: !isPinned })')).toEqual([])
    expect(owner('connect({ rejectUnauthorized: false })')).toHaveLength(1)
  })

  it('finds a branch on a vendor id', () => {
    const file = parseSource('src-main/core/x.ts', `if (vendor.id === 'scrapebit') a()`)
    expect(violationsOf([file], [noVendorId(['scrapebit'])])).toEqual([
      'src-main/core/x.ts: names the vendor scrapebit',
    ])
  })
})

describe('the rules of the tree', () => {
  it('finds names that are not kebab-case and folders that are drawers', () => {
    expect(nameViolations(['src-main/core/secret.ts', 'test/a-b.test.ts'])).toEqual([])
    expect(nameViolations(['src-main/core/aB.ts'])).toHaveLength(1)
    expect(nameViolations(['src-main/core/a_b.ts'])).toHaveLength(1)
    expect(nameViolations(['src-main/utils/a.ts'])).toHaveLength(1)
    expect(nameViolations(['src-main/core/helpers.ts'])).toHaveLength(1)
  })

  it('finds files that grew too long', () => {
    expect(sizeViolations([{ path: 'src-main/a.ts', lines: 400 }])).toEqual([])
    expect(sizeViolations([{ path: 'src-main/a.ts', lines: 401 }])).toHaveLength(1)
    expect(sizeViolations([{ path: 'test/a.ts', lines: 500 }])).toEqual([])
    expect(sizeViolations([{ path: 'test/a.ts', lines: 501 }])).toHaveLength(1)
  })

  it('counts lines as an editor does', () => {
    expect(parseSource('a.ts', 'a\nb\n').lines).toBe(2)
    expect(parseSource('a.ts', 'a\nb').lines).toBe(2)
  })

  it('finds a folder with nothing in it', () => {
    expect(emptyFolders(['a/b/c.ts'], ['a', 'a/b', 'a/d'])).toEqual(['a/d: is empty'])
  })
})
