import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../src-main/adapters/crypto/node-crypto.ts'
import { openEscrowFile, type EscrowFile } from '../../src-main/adapters/escrow/file.ts'
import { openEscrow } from '../../src-main/adapters/escrow/open-escrow.ts'
import { createSpare } from '../../src-main/adapters/escrow/spare.ts'
import { sealReply } from '../../src-main/courier/seal-reply.ts'
import { Secret } from '../../src-main/core/secret.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rekey-seal-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Does not take the parts of these numbers, like a disk that copies on write and was full for a while. */
function failingAt(file: EscrowFile, turns: readonly number[]): EscrowFile {
  let turn = 0
  return {
    ...file,
    append(part) {
      if (turns.includes(turn++)) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      file.append(part)
    },
  }
}

describe('a reply whose escrow file fails for a while', () => {
  const pieces = ['HTTP/1.1 200 OK\r\n', 'Content-Length: 3\r\n\r\n', 'key']

  it.each([[[0]], [[1]], [[2]], [[0, 2]], [[0, 1, 2]]])('at parts %j is whole, its end too', async (turns) => {
    const key = nodeCrypto.newKey()
    const id = { rotationId: 'rotation-1', credentialId: 'credential-1' }
    const escrow = openEscrow({ folder: join(home, 'escrow'), tempFolder: home })
    const created = await escrow.create(id, key, Secret.of('the-old-key'))
    const main = created.ok ? openEscrowFile(created.value.path, id, key) : created
    if (!main.ok) throw new Error(main.failure.code)
    const seal = sealReply(failingAt(main.value, turns), (part) => createSpare(home, id, key, part))
    for (const piece of pieces) seal.chunk(Buffer.from(piece))
    expect(seal.heldWhy).toBeNull()
    seal.end({ kind: 'ended', error: null, atMs: 1 })
    seal.close()
    const read = escrow.read(id, key)
    expect(read.ok && read.value && Buffer.from(read.value.wire).toString()).toBe(pieces.join(''))
    expect(read).toMatchObject({ value: { end: { kind: 'ended' } } })
  })
})
