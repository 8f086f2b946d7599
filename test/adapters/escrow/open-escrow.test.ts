import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endPart } from '../../../src-main/adapters/escrow/contents.ts'
import { openEscrowFile, type EscrowFile } from '../../../src-main/adapters/escrow/file.ts'
import { openEscrow } from '../../../src-main/adapters/escrow/open-escrow.ts'
import { createSpare } from '../../../src-main/adapters/escrow/spare.ts'
import type { Escrow } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'

const id = { rotationId: '01JROTATION', credentialId: 'credential-1' }
const key = Secret.of(randomBytes(32).toString('base64'))
const old = Secret.of('the-old-key-0123456789')
const ended = endPart({ kind: 'ended', error: null, atMs: 1 })
const isRoot = process.getuid?.() === 0

let home: string
let folder: string
let temp: string
let escrow: Escrow
let path: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rekey-escrow-test-'))
  folder = join(home, 'escrow')
  temp = join(home, 'temp')
  mkdirSync(temp)
  escrow = openEscrow({ folder, tempFolder: temp })
  path = join(folder, id.rotationId)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const create = async (): Promise<void> =>
  expect(await escrow.create(id, key, old)).toEqual({ ok: true, value: { path } })
const open = (): EscrowFile => {
  const file = openEscrowFile(path, id, key)
  if (!file.ok) throw new Error(JSON.stringify(file.failure))
  return file.value
}
const wire = (index: number, text: string) => ({ type: 'wire', index, plain: Buffer.from(text) }) as const
const read = () => {
  const contents = escrow.read(id, key)
  if (!contents.ok) return contents.failure.code
  const { value } = contents
  return (
    value && {
      old: value.old?.use((text) => text) ?? null,
      pasted: value.pasted.map((secret) => secret.use((text) => text)),
      wire: Buffer.from(value.wire).toString(),
      end: value.end,
    }
  )
}
const nothingYet = { old: 'the-old-key-0123456789', pasted: [], wire: '', end: null }

describe('an escrow file', () => {
  it('is there in full before anything comes: 256 KiB, 0600, in a folder of 0700, with nothing in clear', async () => {
    await create()
    const { size, mode, blocks } = statSync(path)
    expect([size, mode & 0o777, statSync(folder).mode & 0o777]).toEqual([256 * 1024, 0o600, 0o700])
    expect(blocks * 512).toBeGreaterThanOrEqual(256 * 1024)
    expect(readFileSync(path).includes('the-old-key')).toBe(false)
    expect(read()).toEqual(nothingYet)
    expect(escrow.list()).toEqual([id.rotationId])
  })

  it('may hold no old key; is not made twice; takes a folder that others could read away from them', async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    expect((await escrow.create(id, key, null)).ok).toBe(true)
    expect(read()).toEqual({ ...nothingYet, old: null })
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const before = readFileSync(path)
    expect(await escrow.create(id, key, old)).toMatchObject({
      failure: { code: 'ledger-readonly', fields: { why: 'EEXIST' } },
    })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('keeps what is pasted and what comes off the wire, in order, across openings', async () => {
    await create()
    for (const pasted of ['first', 'second']) {
      expect(escrow.appendPasted(id, key, Secret.of(pasted))).toEqual({ ok: true, value: undefined })
    }
    open().append(wire(0, 'HTTP/1.1 200 OK\r\n'))
    const file = open()
    file.append(wire(1, 'new-key'))
    file.append(ended)
    expect(read()).toEqual({
      ...nothingYet,
      pasted: ['first', 'second'],
      wire: 'HTTP/1.1 200 OK\r\nnew-key',
      end: { kind: 'ended', error: null, atMs: 1 },
    })
    const bytes = readFileSync(path)
    for (const clear of ['new-key', 'second', 'HTTP']) expect(bytes.includes(clear)).toBe(false)
  })

  it('grows rather than refuse a reply in very many pieces', async () => {
    await create()
    const file = open()
    for (let index = 0; index < 8_000; index++) file.append(wire(index, 'x'))
    expect(read()).toMatchObject({ wire: 'x'.repeat(8_000) })
    expect(statSync(path).size).toBeGreaterThan(256 * 1024)
  }, 60_000)

  it('absent is null; a name that is no id is a bug', () => {
    expect(read()).toBeNull()
    expect(escrow.list()).toEqual([])
    expect(() => escrow.remove('../ledger')).toThrow('rotation id')
  })
})

describe('a file that cannot be trusted', () => {
  // by what is in it: a record's last byte may be a zero, too
  const recordOf = (plain: number): number => 4 + 1 + 4 + 12 + plain + 16
  const lastRecord = recordOf(ended.plain.length)
  const before = ['sealed', 'the-old-key-0123456789', 'one', 'two'].reduce(
    (at, { length }) => at + recordOf(length),
    45,
  )
  const used = before + lastRecord

  beforeEach(async () => {
    await create()
    const file = open()
    file.append(wire(0, 'one'))
    file.append(wire(1, 'two'))
    file.append(ended)
  })

  it('opened with another key is unreadable, never empty; nor can anything be added with it', () => {
    const wrong = Secret.of(randomBytes(32).toString('base64'))
    const before = readFileSync(path)
    expect(escrow.read(id, wrong)).toMatchObject({ failure: { code: 'escrow-unreadable' } })
    expect(escrow.appendPasted(id, wrong, Secret.of('x'))).toMatchObject({ failure: { code: 'escrow-unreadable' } })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('put in the place of another rotation, or of another credential, is unreadable', () => {
    copyFileSync(path, join(folder, 'other'))
    for (const other of [
      { ...id, rotationId: 'other' },
      { ...id, credentialId: 'credential-2' },
    ]) {
      expect(escrow.read(other, key)).toMatchObject({ failure: { code: 'escrow-unreadable' } })
    }
  })

  it('with a last record torn at any byte reads up to it, and takes the next record in its place', () => {
    const bytes = readFileSync(path)
    for (let kept = used - lastRecord; kept < used; kept++) {
      const torn = Buffer.from(bytes)
      torn.fill(0, kept, used)
      if (torn.equals(bytes)) continue
      writeFileSync(path, torn)
      expect(read()).toEqual({ ...nothingYet, wire: 'onetwo' })
      open().append(wire(2, '!'))
      expect(read()).toEqual({ ...nothingYet, wire: 'onetwo!' })
    }
  })

  it('changed in any byte before the last record is unreadable', () => {
    const bytes = readFileSync(path)
    for (let at = 0; at < used - lastRecord; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(path, changed)
      expect([at, read()]).toEqual([at, 'escrow-unreadable'])
    }
  })

  it.each([
    ['empty', Buffer.alloc(0)],
    ['all zeros', Buffer.alloc(256 * 1024)],
    ['something else', Buffer.from('SQLite format 3\0'.repeat(20))],
  ])('that is %s is unreadable', (_, bytes) => {
    writeFileSync(path, bytes)
    expect(read()).toBe('escrow-unreadable')
  })

  it('that is a link is not followed, read or removed through', () => {
    const elsewhere = join(home, 'elsewhere')
    copyFileSync(path, elsewhere)
    rmSync(path)
    symlinkSync(elsewhere, path)
    expect(read()).toBe('escrow-unreadable')
    expect(escrow.remove(id.rotationId).ok).toBe(false)
    expect(readFileSync(elsewhere)).toHaveLength(256 * 1024)
  })
})

describe('spare files', () => {
  it('are found and put together with the file; a part that is in both counts once', async () => {
    await create()
    open().append(wire(0, 'a'))
    const spare = createSpare(temp, id, key, wire(0, 'a'))
    spare.append(wire(1, 'b'))
    createSpare(temp, id, key, wire(2, 'c')).append(ended)
    expect(read()).toMatchObject({ ...nothingYet, wire: 'abc', end: { kind: 'ended' } })
    for (const name of readdirSync(temp)) expect(statSync(join(temp, name)).mode & 0o777).toBe(0o600)
  })

  it('alone are enough', () => {
    createSpare(temp, id, key, wire(0, 'a'))
    expect(read()).toMatchObject({ old: null, wire: 'a' })
  })

  it('that went missing leave a hole: what lies beyond it does not count', async () => {
    await create()
    const file = open()
    file.append(wire(0, 'a'))
    file.append(wire(2, 'c'))
    file.append(ended)
    expect(read()).toEqual({ ...nothingYet, wire: 'a' })
  })

  it('never begun hold nothing; begun under another key are unreadable', async () => {
    await create()
    writeFileSync(join(temp, `rekey-escrow-${id.rotationId}-0`), '')
    writeFileSync(join(temp, `rekey-escrow-${id.rotationId}-1`), 'rekey-escrow\u0001')
    symlinkSync(path, join(temp, `rekey-escrow-${id.rotationId}-2`))
    expect(read()).toEqual(nothingYet)
    createSpare(temp, id, Secret.of('b3RoZXI='), wire(0, 'a'))
    expect(read()).toBe('escrow-unreadable')
  })

  it.skipIf(!isRoot)('of another user are not ours to read or remove', async () => {
    await create()
    createSpare(temp, id, Secret.of('b3RoZXI='), wire(0, 'a'))
    const [name = ''] = readdirSync(temp)
    chownSync(join(temp, name), 65_534, 65_534)
    expect(read()).toEqual(nothingYet)
    expect(escrow.remove(id.rotationId).ok).toBe(true)
    expect(readdirSync(temp)).toEqual([name])
  })
})

describe('removing', () => {
  it('takes the file and its spares away, overwritten first; twice is once', async () => {
    await create()
    createSpare(temp, id, key, wire(0, 'a'))
    // A second name of the same file shows what it held when it was unlinked.
    linkSync(path, join(home, 'kept'))
    expect(readFileSync(join(home, 'kept')).includes('rekey-escrow')).toBe(true)
    expect(escrow.remove(id.rotationId)).toEqual({ ok: true, value: undefined })
    expect(readFileSync(join(home, 'kept')).includes('rekey-escrow')).toBe(false)
    expect([escrow.list(), readdirSync(temp), read()]).toEqual([[], [], null])
    expect(escrow.remove(id.rotationId)).toEqual({ ok: true, value: undefined })
  })
})

describe('a disk that is full', () => {
  const mount = (size: string): boolean => {
    mkdirSync(folder)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'rekey-test', folder], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }

  it('is said before anything is sent, and leaves no file', async ({ skip }) => {
    if (!mount('128k')) return skip('needs to mount')
    try {
      expect(await escrow.create(id, key, old)).toEqual({
        ok: false,
        failure: { code: 'disk-full', fields: { folder } },
      })
      expect(escrow.list()).toEqual([])
    } finally {
      execFileSync('umount', [folder])
    }
  })

  it('after the file was made takes the reply all the same', async ({ skip }) => {
    if (!mount('512k')) return skip('needs to mount')
    try {
      await create()
      expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(1024 * 1024))).toThrow('ENOSPC')
      const file = open()
      file.append(wire(0, 'z'.repeat(100_000)))
      file.close()
      expect(read()).toMatchObject({ wire: 'z'.repeat(100_000) })
    } finally {
      execFileSync('umount', [folder])
    }
  })
})
