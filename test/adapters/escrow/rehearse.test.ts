import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endPart } from '../../../src-main/adapters/escrow/contents.ts'
import { openEscrowFile } from '../../../src-main/adapters/escrow/file.ts'
import { readySeal } from '../../../src-main/adapters/escrow/format.ts'
import { openEscrow } from '../../../src-main/adapters/escrow/open-escrow.ts'
import { Secret } from '../../../src-main/core/secret.ts'

/** The first seal costs what a later one does not: a courier goes through it once while there is nothing to lose. */
const id = { rotationId: '01JREHEARSED', credentialId: 'credential-1' }
const key = Secret.of(randomBytes(32).toString('base64'))
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rekey-escrow-rehearse-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

async function opened() {
  const escrow = openEscrow({ folder: join(home, 'escrow'), tempFolder: home })
  const created = await escrow.create(id, key, Secret.of('the-old-key'))
  const file = created.ok ? openEscrowFile(created.value.path, id, key) : created
  if (!created.ok || !file.ok) throw new Error('no escrow file')
  return { escrow, path: created.value.path, file: file.value }
}

describe('a rehearsed escrow file', () => {
  it('is the same to the byte, before its reply and between two parts of it', async () => {
    const { escrow, path, file } = await opened()
    const isSame = (act: () => void): void => {
      const before = readFileSync(path)
      act()
      expect(readFileSync(path).equals(before)).toBe(true)
    }
    isSame(() => file.rehearse())
    file.append({ type: 'wire', index: 0, plain: Buffer.from('HTTP/1.1 200 OK\r\n') })
    isSame(() => file.rehearse())
    file.append({ type: 'wire', index: 1, plain: Buffer.from('\r\n') })
    file.append(endPart({ kind: 'ended', error: null, atMs: 1 }))
    file.close()
    const read = escrow.read(id, key)
    expect(read.ok && Buffer.from(read.value?.wire ?? []).toString()).toBe('HTTP/1.1 200 OK\r\n\r\n')
  })

  it('is got ready for one part, which it takes once; any other is sealed from the start', async () => {
    const { escrow, path, file } = await opened()
    const before = readFileSync(path)
    file.expect({ type: 'wire', index: 0 })
    expect(readFileSync(path).equals(before)).toBe(true)
    file.append({ type: 'wire', index: 0, plain: Buffer.from('first ') })
    file.append({ type: 'wire', index: 1, plain: Buffer.from('second ') })
    file.expect({ type: 'wire', index: 7 })
    file.append({ type: 'wire', index: 2, plain: Buffer.from('third') })
    file.expect({ type: 'wire', index: 3 })
    file.append(endPart({ kind: 'ended', error: null, atMs: 1 }))
    file.close()
    const read = escrow.read(id, key)
    expect(read.ok && Buffer.from(read.value?.wire ?? []).toString()).toBe('first second third')
  })

  it('never seals two records under one nonce', () => {
    const fileKey = { key: randomBytes(32), id }
    const seal = readySeal(fileKey, 'wire', 0)
    seal(Buffer.from('once'))
    expect(() => seal(Buffer.from('twice'))).toThrow()
  })
})
