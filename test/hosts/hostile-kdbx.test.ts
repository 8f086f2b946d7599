import { createHmac, createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { beginKdbx } from '../../src-main/formats/kdbx/seal.ts'
import { vaultsInWorker } from '../../src-main/hosts/vaults-in-worker.ts'

/**
 * KDBX files whose author means harm, through the thread that the product reads them in: each is refused, or read, within
 * two seconds of the processor's time and little memory, with one line that names what it was. Those of
 * test/fixtures/vaults/kdbx/bad.* are held to the same by test/formats/golden.test.ts.
 */
const entryPoint = join(import.meta.dirname, '../../dist/vault-worker.js')
const vaults = vaultsInWorker(entryPoint, { timeMs: 60_000 })
const passphrase = 'made up'
const cheap = { memoryKib: 64, passes: 1, lanes: 1 }
const uuid = (of: number): Buffer => {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32BE(of + 1)
  return bytes
}
const field = (key: string, value: string): string => `<String><Key>${key}</Key><Value>${value}</Value></String>`
const entry = (at: number, more: string): string =>
  `<Entry><UUID>${uuid(at).toString('base64')}</UUID>${field('Title', `t${at}`)}${field('Password', `key-${at}`)}${more}</Entry>`
const document = (...entries: readonly string[]): string =>
  `<KeePassFile><Meta/><Root><Group><UUID>AAAAAAAAAAAAAAAAAAAAAA==</UUID><Name>r</Name>${entries.join('')}</Group></Root></KeePassFile>`
const sealed = async (xml: string): Promise<Buffer> => {
  const file = await beginKdbx({ passphrase }, cheap)
  if (!file.ok) throw new Error('not sealed')
  await file.value.write(xml)
  return Buffer.from(await file.value.seal())
}
const reference = (part: string, to: number): string => `{REF:${part}@I:${uuid(to).toString('hex').toUpperCase()}}`

async function read(bytes: Uint8Array) {
  const began = process.cpuUsage()
  const before = process.memoryUsage().rss
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
  const answer = await vaults.read({ fileName: 'hostile.kdbx', bytes, companions: {} }, null, { passphrase })
  clearInterval(watch)
  const { user, system } = process.cpuUsage(began)
  expect((user + system) / 1_000_000).toBeLessThan(2)
  expect(Math.max(peak, process.memoryUsage().rss) - before).toBeLessThan(500_000_000)
  if (!answer.ok) for (const text of Object.values(answer.failure.fields)) expect(text).toMatch(/^[^\n]{1,200}$/)
  return answer
}

/** Where the fields of a header stand: the offset of each id, and its length. */
function headerFields(bytes: Buffer): readonly { readonly id: number; readonly at: number; readonly length: number }[] {
  const found: { id: number; at: number; length: number }[] = []
  for (let at = 12; ;) {
    const [id, length] = [bytes.readUInt8(at), bytes.readUInt32LE(at + 1)]
    found.push({ id, at, length })
    at += 5 + length
    if (id === 0) return found
  }
}
/** With the hash of the header made right again, as whoever writes the file can. */
function rehashed(bytes: Buffer): Buffer {
  const last = headerFields(bytes).at(-1)
  const end = (last?.at ?? 0) + 5 + (last?.length ?? 0)
  createHash('sha256').update(bytes.subarray(0, end)).digest().copy(bytes, end)
  return bytes
}

describe.skipIf(!existsSync(entryPoint))('a hostile KDBX file', () => {
  it.each([0xffffffff, 0x7fffffff, 0x01000000, 300])(
    'with a field of its header that says %i bytes',
    async (length) => {
      const file = await sealed(document(entry(0, '')))
      for (const { at } of headerFields(file)) {
        const changed = Buffer.from(file)
        changed.writeUInt32LE(length, at + 1)
        expect(await read(changed)).toMatchObject({
          ok: false,
          failure: { code: 'bad-vault', fields: { where: 'the header' } },
        })
      }
    },
  )

  it('with a field of its header left out, or twice, under a hash that fits', async () => {
    const file = await sealed(document(entry(0, '')))
    for (const { id, at, length } of headerFields(file).filter(({ id: each }) => each !== 0)) {
      const part = file.subarray(at, at + 5 + length)
      const without = rehashed(Buffer.concat([file.subarray(0, at), file.subarray(at + part.length)]))
      const answer = await read(without)
      expect(answer.ok, String(id)).toBe(false)
      const twice = rehashed(Buffer.concat([file.subarray(0, at), part, file.subarray(at)]))
      expect(await read(twice), String(id)).toMatchObject({ ok: false })
    }
  })

  it('with a block that says four gigabytes, or whose check is another’s', async () => {
    const file = await sealed(document(entry(0, '')))
    const last = headerFields(file).at(-1)
    const block = (last?.at ?? 0) + 5 + (last?.length ?? 0) + 64
    const long = Buffer.from(file)
    long.writeUInt32LE(0xffffffff, block + 32)
    expect(await read(long)).toMatchObject({ ok: false, failure: { code: 'bad-vault' } })
    const forged = Buffer.from(file)
    createHmac('sha256', 'another').update(file).digest().copy(forged, block)
    expect(await read(forged)).toMatchObject({
      ok: false,
      failure: { code: 'bad-vault', fields: { where: 'block 1' } },
    })
  })

  it('whose references go round, lead to themselves or nowhere', async () => {
    const round = entry(0, field('Notes', reference('N', 1))) + entry(1, field('Notes', reference('N', 0)))
    const self = entry(2, field('Notes', reference('N', 2))) + entry(3, field('Notes', reference('N', 999)))
    const answer = await read(await sealed(document(round, self)))
    if (!answer.ok) throw new Error(answer.failure.code)
    for (const { left } of answer.value.vault.entries)
      expect(left).toContainEqual({
        what: 'the value that a reference stands for',
        why: 'it leads to no entry by its id',
      })
  })

  it('whose references multiply one long text', async () => {
    const many = Array.from({ length: 2000 }, (_, at) => entry(at + 1, field('Notes', reference('N', 0))))
    const xml = document(entry(0, field('Notes', 'n'.repeat(900_000))), ...many)
    expect(await read(await sealed(xml))).toMatchObject({
      ok: false,
      failure: { code: 'vault-limit', fields: { what: 'what its references bring', limit: '16000000 characters' } },
    })
  })

  it('with a text of nothing but beginnings of references', async () => {
    const answer = await read(await sealed(document(entry(0, field('Notes', '{REF:P@I:'.repeat(110_000))))))
    expect(answer).toMatchObject({ ok: true, value: { vault: { entries: [{ secret: 'key-0', left: [] }] } } })
  })

  it('with tens of thousands of attachments on one entry', async () => {
    const attachment = '<Binary><Key>a</Key><Value Ref="0"/></Binary>'
    const some = await read(await sealed(document(entry(0, attachment.repeat(20_000)))))
    expect(some.ok && some.value.vault.entries[0]?.left.length).toBe(20_000)
    expect(await read(await sealed(document(entry(0, attachment.repeat(70_000)))))).toMatchObject({
      ok: false,
      failure: { code: 'vault-limit' },
    })
  })

  it('with a hidden text that is not UTF-8, and half of a character in clear', async () => {
    const hidden = `<String><Key>Password</Key><Value Protected="True">${Buffer.from([0xff, 0xfe, 0xc0]).toString('base64')}</Value></String>`
    expect(await read(await sealed(document(`<Entry>${hidden.repeat(3)}</Entry>`)))).toMatchObject({
      ok: false,
      failure: { code: 'bad-vault', fields: { what: 'a hidden value is damaged' } },
    })
    // a lone half of a pair is written as U+FFFD: it reads, and is no other program's key
    expect((await read(await sealed(document(entry(0, field('Notes', '\ud800')))))).ok).toBe(true)
  })
})
