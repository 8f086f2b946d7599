import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findSecrets } from './find-secrets.ts'
import { plantSecrets } from './planted-secrets.ts'

const secrets = plantSecrets(['old', 'new'])
const value = secrets[0]!.value
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-canary-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const inOutput = (bytes: string | Uint8Array) => findSecrets([], [{ label: 'stdout', bytes }], secrets)
const around = (text: string): string => `before${text}after`
const hex = Buffer.from(value).toString('hex')

describe('looking for a planted secret', () => {
  it.each<[string, string | Uint8Array]>([
    ['plain', around(value)],
    ['in base64', Buffer.from(value).toString('base64')],
    ['in base64, one byte into a longer text', Buffer.from(`:${value}:x`).toString('base64')],
    ['in base64, two bytes into a longer text', Buffer.from(`u:${value}:xy`).toString('base64')],
    ['in a Basic header', `Basic ${Buffer.from(`login:${value}`).toString('base64')}`],
    ['in base64url', Buffer.from(`a:${value}`).toString('base64url')],
    ['in hex', around(hex)],
    ['in upper-case hex', around(hex.toUpperCase())],
    ['in a hex dump', (hex.match(/../g) ?? []).join(' ')],
    ['URL-encoded', `?key=${encodeURIComponent(value)}`],
    ['percent-encoded throughout', (hex.match(/../g) ?? []).map((byte) => `%${byte}`).join('')],
    ['percent-encoded in upper case', (hex.match(/../g) ?? []).map((byte) => `%${byte.toUpperCase()}`).join('')],
    ['JSON-escaped', [...value].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')],
    ['in UTF-16LE', Buffer.from(around(value), 'utf16le')],
    ['in UTF-16BE', Buffer.from(around(value), 'utf16le').swap16()],
    ['as a list of bytes', JSON.stringify({ type: 'Buffer', data: [...Buffer.from(value)] })],
    ['reversed', [...value].reverse().join('')],
    ['in upper case', value.toUpperCase()],
    ['by its first eight characters', around(value.slice(0, 8))],
    ['by its last eight characters', around(value.slice(-8))],
    ['by eight characters in the middle', around(value.slice(13, 21))],
    ['gzipped', gzipSync(around(value))],
    ['deflated', deflateSync(around(value))],
    ['in Brotli', brotliCompressSync(around(value))],
  ])('finds it %s', (_, bytes) => {
    expect(inOutput(bytes).map(({ secret }) => secret)).toContain('old')
  })

  it('says which secret, where and how, and never the value', () => {
    const hits = inOutput(around(value))
    expect(hits).toEqual([{ secret: 'old', where: 'stdout', how: 'plain' }])
    expect(JSON.stringify(hits)).not.toContain(value.slice(5, 13))
  })

  it('finds nothing where there is nothing but a tail', () => {
    expect(inOutput(`rotated; new key …${value.slice(-4)}`)).toEqual([])
    expect(findSecrets([folder], [], secrets)).toEqual([])
  })

  it('finds it in files, folders deep, in names, and in what a link says', () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/b/log'), around(value))
    writeFileSync(join(folder, `dump-${value}`), '')
    symlinkSync(`/nowhere/${value}`, join(folder, 'link'))
    expect(findSecrets([folder], [], secrets)).toHaveLength(3)
  })

  it('finds it in a deleted row of a database that does not wipe', () => {
    const database = new DatabaseSync(join(folder, 'ledger.db'))
    database.exec('PRAGMA secure_delete=0; CREATE TABLE t (v TEXT)')
    database.prepare('INSERT INTO t VALUES (?)').run(value)
    database.exec('DELETE FROM t')
    database.close()
    expect(findSecrets([folder], [], secrets)).toHaveLength(1)
  })

  it('refuses to call a place clean that is not there', () => {
    expect(() => findSecrets([join(folder, 'missing')], [], secrets)).toThrow('ENOENT')
  })

  it('plants secrets that differ from each other and have no part in common', () => {
    const values = plantSecrets(['a', 'b']).map((planted) => planted.value)
    expect(values[0]).not.toBe(values[1])
    expect(values.map(({ length }) => length)).toEqual([40, 40])
    expect(findSecrets([], [{ label: 'b', bytes: values[1]! }], plantSecrets(['a']))).toEqual([])
  })
})
