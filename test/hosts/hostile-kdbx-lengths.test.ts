import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { explain } from '../../src-contract/failures.ts'
import { vaultsInWorker } from '../../src-main/hosts/vaults-in-worker.ts'
import {
  attachment,
  block3,
  dictionary,
  field,
  inner,
  kdbx3,
  kdbx4,
  kdf,
  outer,
  passphrase,
  said,
  xml,
} from '../fixtures/kdbx-by-hand.ts'

/**
 * Lengths and counts that a KDBX file claims, everywhere it may claim them and under hashes and checks that fit, through the thread
 * that the product reads them in: each file is refused with one line and exit 2, or read, in a moment and without the memory it claims.
 */
const entryPoint = join(import.meta.dirname, '../../dist/vault-worker.js')
const vaults = vaultsInWorker(entryPoint, { timeMs: 60_000 })

async function read(bytes: Uint8Array) {
  const began = process.cpuUsage()
  const before = process.memoryUsage().rss
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5)
  const answer = await vaults.read({ fileName: 'hostile.kdbx', bytes, companions: {} }, null, { passphrase })
  clearInterval(watch)
  const { user, system } = process.cpuUsage(began)
  expect((user + system) / 1_000_000).toBeLessThan(2)
  expect(Math.max(peak, process.memoryUsage().rss) - before).toBeLessThan(500_000_000)
  if (!answer.ok) {
    expect(explain(answer.failure)).toMatchObject({ exit: 2, message: expect.stringMatching(/^[^\n]{1,200}$/) })
  }
  return answer
}
const refused = (where: string, code = 'bad-vault') => ({
  ok: false,
  failure: { code, fields: code === 'bad-vault' ? { where } : { what: where } },
})
const taken = { ok: true, value: { vault: { entries: [{ secret: 'key-0' }] } } }
const content = (...header: readonly Uint8Array[]): Buffer => Buffer.concat([...header, xml])
const lies = [0xffffffff, 0x80000000, 0x7fffffff, 0x10000000, 100_000]

describe.skipIf(!existsSync(entryPoint))('a KDBX 4 file made by hand', () => {
  it('is read, with attachments and without', async () => {
    expect(await read(await kdbx4(content(inner())))).toMatchObject(taken)
    expect(await read(await kdbx4(content(inner(attachment(10), attachment(0, 1)))))).toMatchObject(taken)
  })

  it.each(lies)('whose inner header claims %i bytes is refused, whichever field does', async (length) => {
    const good = Buffer.alloc(64, 5)
    for (const header of [
      [field(1, Buffer.of(3, 0, 0, 0), length)],
      [field(1, Buffer.of(3, 0, 0, 0)), field(2, good, length)],
      [inner().subarray(0, -5), field(3, Buffer.alloc(9), length), field(0, Buffer.alloc(0))],
      [inner().subarray(0, -5), field(0, Buffer.alloc(0), length)],
    ])
      expect(await read(await kdbx4(content(...header)))).toMatchObject(refused('the inner header'))
  })

  it('whose inner header is torn at any byte is refused', async () => {
    const whole = inner(attachment(3))
    for (let at = 0; at < whole.length; at += 1)
      expect((await read(await kdbx4(whole.subarray(0, at)))).ok, String(at)).toBe(false)
  })

  it.each<[string, readonly Uint8Array[]]>([
    ['no stream', [field(2, Buffer.alloc(64)), field(0, Buffer.alloc(0))]],
    ['a stream of three bytes', [field(1, Buffer.of(3, 0, 0)), field(2, Buffer.alloc(64)), field(0, Buffer.alloc(0))]],
    ['a stream of five', [field(1, Buffer.of(3, 0, 0, 0, 0)), field(2, Buffer.alloc(64)), field(0, Buffer.alloc(0))]],
    ['no key', [field(1, Buffer.of(3, 0, 0, 0)), field(0, Buffer.alloc(0))]],
    ['an empty key', [field(1, Buffer.of(3, 0, 0, 0)), field(2, Buffer.alloc(0)), field(0, Buffer.alloc(0))]],
    ['a key of a megabyte', [field(1, Buffer.of(3, 0, 0, 0)), field(2, Buffer.alloc(1e6)), field(0, Buffer.alloc(0))]],
    ['an attachment of nothing', [inner(field(3, Buffer.alloc(0)))]],
    ['a field of no kind', [inner(field(9, Buffer.alloc(4)))]],
    ['nothing at all', []],
  ])('whose inner header has %s is refused', async (_, header) => {
    expect(await read(await kdbx4(content(...header)))).toMatchObject(refused('the inner header'))
  })

  it('that hides its values in a stream of no kind is refused', async () => {
    for (const id of [0, 1, 4, 0xffffffff]) {
      const stream = Buffer.alloc(4)
      stream.writeUInt32LE(id)
      const header = [field(1, stream), field(2, Buffer.alloc(64)), field(0, Buffer.alloc(0))]
      expect((await read(await kdbx4(content(...header)))).ok, String(id)).toBe(false)
    }
  })

  it('that unpacks to millions of attachments, or to one of a hundred megabytes, keeps none', async () => {
    const one = attachment(0)
    const many = Buffer.alloc(one.length * 5_000_000, one)
    expect(await read(await kdbx4(content(inner(many))))).toMatchObject(taken)
    expect(await read(await kdbx4(content(inner(attachment(100_000_000, 1)))))).toMatchObject(taken)
  })

  it.each(lies)('whose dictionary claims %i bytes for a name or a value is refused', async (length) => {
    for (const item of [
      said(0x42, 'S', Buffer.alloc(32), { valueSays: length }),
      said(0x18, 'a', Buffer.from('text'), { valueSays: length }),
      said(0x42, 'S', Buffer.alloc(32), { nameSays: length }),
      said(0x04, 'P', Buffer.alloc(4), { valueSays: length }),
    ]) {
      expect(await read(await kdbx4(content(inner()), outer(dictionary(...kdf, item))))).toMatchObject(
        refused('the header'),
      )
      // a program's own dictionary, beside that of the key
      const own = outer(dictionary(...kdf), field(12, dictionary(item)))
      expect(await read(await kdbx4(content(inner()), own))).toMatchObject(refused('the header'))
    }
  })

  it('whose dictionary is torn at any byte, says a type of no kind or nothing is refused', async () => {
    const whole = dictionary(...kdf)
    for (let at = 0; at < whole.length; at += 7) {
      const torn = await kdbx4(content(inner()), outer(whole.subarray(0, at)))
      expect(await read(torn), String(at)).toMatchObject(refused('the header'))
    }
    for (const odd of [dictionary(said(0x99, 'a', Buffer.alloc(4))), dictionary(), Buffer.of(0, 9, 0)])
      expect(await read(await kdbx4(content(inner()), outer(odd)))).toMatchObject(refused('the header'))
  })

  it('that asks for lanes, memory or passes without end is refused before anything is derived', async () => {
    const changed = (name: string, type: number, value: bigint): Buffer => {
      const bytes = Buffer.alloc(type === 0x04 ? 4 : 8)
      if (type === 0x04) bytes.writeUInt32LE(Number(value))
      else bytes.writeBigUInt64LE(value)
      return outer(dictionary(...kdf, said(type, name, bytes)))
    }
    for (const [name, type, value] of [
      ['P', 0x04, 0xffffffffn],
      ['P', 0x04, 0n],
      ['M', 0x05, 0xffffffffffffffffn],
      ['M', 0x05, 0n],
      ['I', 0x05, 0xffffffffffffffffn],
      ['I', 0x05, 0n],
    ] as const)
      expect((await read(await kdbx4(content(inner()), changed(name, type, value)))).ok, name).toBe(false)
  })

  it('with a header of megabytes, or of a hundred thousand remarks, is refused', async () => {
    const long = outer(dictionary(...kdf), field(12, dictionary(said(0x42, 'a', Buffer.alloc(2_000_000)))))
    expect(await read(await kdbx4(content(inner()), long))).toMatchObject(refused('its header', 'vault-limit'))
    const many = outer(dictionary(...kdf), Buffer.alloc(5 * 250_000, field(1, Buffer.alloc(0))))
    expect(await read(await kdbx4(content(inner()), many))).toMatchObject(refused('its header', 'vault-limit'))
  })

  it('in blocks of one byte is read where they are few, and refused where they are not', async () => {
    expect(await read(await kdbx4(content(inner()), outer(), 1))).toMatchObject(taken)
    const noise = randomBytes(80_000)
    const many = await kdbx4(content(inner(field(3, noise))), outer(), 1)
    expect(await read(many)).toMatchObject(refused('the number of its blocks', 'vault-limit'))
  })
})

describe.skipIf(!existsSync(entryPoint))('a KDBX 3.1 file made by hand', () => {
  const end = (index: number): Buffer => block3(index, Buffer.alloc(0))

  it('is read, in one block or in many', async () => {
    expect(await read(kdbx3([block3(0, xml), end(1)]))).toMatchObject(taken)
    const bytes = [...xml].map((byte, index) => block3(index, Buffer.of(byte)))
    expect(await read(kdbx3([...bytes, end(bytes.length)]))).toMatchObject(taken)
  })

  it.each(lies)('whose block claims %i bytes is refused', async (length) => {
    expect(await read(kdbx3([block3(0, xml, length), end(1)]))).toMatchObject(refused('its content'))
    expect(await read(kdbx3([block3(0, xml), block3(1, Buffer.of(1), length)]))).toMatchObject(refused('its content'))
  })

  it('without a last block, or with nothing in it, is refused', async () => {
    expect(await read(kdbx3([block3(0, xml)]))).toMatchObject(refused('its content'))
    expect((await read(kdbx3([]))).ok).toBe(false)
    expect((await read(kdbx3([end(0)]))).ok).toBe(false)
  })

  it('in a hundred thousand blocks is refused', async () => {
    const one = block3(0, Buffer.of(32))
    expect(await read(kdbx3([Buffer.alloc(one.length * 100_000, one), end(1)]))).toMatchObject(
      refused('the number of its blocks', 'vault-limit'),
    )
  })
})
