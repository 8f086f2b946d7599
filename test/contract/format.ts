import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FailureCode } from '../../src-contract/failures.ts'
import type {
  Carried,
  Format,
  ReadOptions,
  Vault,
  VaultEntry,
  WriteOptions,
  Written,
} from '../../src-main/formats/define-format.ts'
import { asCarried, onlyWith, sorted, tameEntry, vaultOf, wildEntry } from './vaults.ts'

export type FormatSuite = {
  /** What opens and closes its files; the same for reading and writing unless `open` says otherwise. */
  readonly close?: WriteOptions
  readonly open?: ReadOptions
  /** Names that it can say; default: any printable text. */
  readonly names?: fc.Arbitrary<string>
  /** Names of folders that it can say, where they are not the same. */
  readonly folders?: fc.Arbitrary<string>
  /** Vaults a property; fewer where a file costs a key derivation. */
  readonly runs?: number
  /** Its own bounds on what comes back, such as two values that it cannot tell apart. */
  readonly normal?: (entry: VaultEntry) => VaultEntry
  /** Every file that is not one of its: what it says of them. */
  readonly hostile?: readonly { readonly title: string; readonly bytes: Uint8Array; readonly code: FailureCode }[]
}

/** As files are read: a Buffer, and a part of a larger piece of memory. */
const asRead = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]).subarray(6, -5)

const opened = async (format: Format, bytes: Uint8Array, options: ReadOptions): Promise<Vault> => {
  const told: VaultEntry[] = []
  const read = await format.read(asRead(bytes), { ...options, found: (some) => void told.push(...some) })
  if (!read.ok) throw new Error(`${read.failure.code}: ${JSON.stringify(read.failure.fields)}`)
  expect(told).toEqual(read.value.entries.slice(0, told.length))
  return read.value
}

/** What every format promises, whatever it is; a format that is only read promises the last part. */
export function describeFormat(format: Format, suite: FormatSuite = {}): void {
  const close = suite.close ?? {}
  const open: ReadOptions = suite.open ?? close
  const normal = suite.normal ?? ((entry: VaultEntry) => entry)
  const numRuns = suite.runs ?? 100
  const seen = (entries: readonly VaultEntry[]): VaultEntry[] =>
    sorted(entries.map((entry) => normal(asCarried(entry, format.carries))))

  const { write } = format
  const written = async (vault: Vault, options: WriteOptions = close): Promise<Written> => {
    const result = await write?.(vault, options)
    if (!result?.ok) throw new Error(`not written: ${JSON.stringify(result?.failure)}`)
    return result.value
  }

  describe(`${format.id} as a format`, () => {
    it('throws at nothing and knows its own from noise', async () => {
      expect(format.detect(new Uint8Array(), '')).toBe(0)
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
          const sure = format.detect(bytes, 'file')
          expect(sure).toBeGreaterThanOrEqual(0)
          expect(sure).toBeLessThanOrEqual(1)
          const read = await format.read(bytes, open)
          if (read.ok) expect(read.value.entries).toBeInstanceOf(Array)
          else expect(read.failure.code).toMatch(/^(bad-vault|vault-(passphrase|needs|newer|limit))$/)
        }),
        { numRuns },
      )
    })

    it.each((suite.hostile ?? []).map((each) => [each.title, each] as const))('refuses %s', async (_, hostile) => {
      const read = await format.read(hostile.bytes, open)
      expect(read.ok ? 'read' : read.failure.code).toBe(hostile.code)
      if (!read.ok && read.failure.code === 'bad-vault') expect(read.failure.fields['where']).toMatch(/\S/)
    })

    if (write === null) return

    it('gives back what people have, whole', () =>
      fc.assert(
        fc.asyncProperty(fc.array(tameEntry(suite.names, suite.folders), { maxLength: 6 }), async (entries) => {
          const { bytes, dropped } = await written(vaultOf(...entries))
          expect(seen((await opened(format, bytes, open)).entries)).toEqual(seen(entries))
          // Beside what it never carries, nothing was dropped.
          const carried = entries.map((entry) => asCarried(entry, format.carries))
          if (entries.length > 0 && dropped.length > 0) expect((await written(vaultOf(...carried))).dropped).toEqual([])
        }),
        { numRuns },
      ))

    it('gives back what nobody wishes for, or names what it could not carry', () =>
      fc.assert(
        fc.asyncProperty(fc.array(wildEntry, { maxLength: 4 }), async (wild) => {
          // Names that are their own, so that what was dropped tells whose it was.
          const entries = wild.map((entry, n) => ({ ...entry, name: `entry-${n}` }))
          const { bytes, dropped } = await written(vaultOf(...entries))
          const named = new Set(dropped.map(({ name }) => name))
          const whole = (all: readonly VaultEntry[]) => seen(all.filter(({ name }) => !named.has(name)))
          const back = (await opened(format, bytes, open)).entries
          expect(whole(back)).toEqual(whole(entries))
          // A secret is never altered, whatever else had to be.
          const secrets = (all: readonly VaultEntry[]) => all.map(({ secret }) => secret ?? '').sort()
          if (!dropped.some(({ what }) => /key|secret|password|entry/i.test(what)))
            expect(secrets(back)).toEqual(secrets(entries))
        }),
        { numRuns },
      ))

    const { begin } = format
    if (begin) {
      it('writes the same while its entries are on their way, in whatever pieces and order', () =>
        fc.assert(
          fc.asyncProperty(fc.array(fc.array(wildEntry, { maxLength: 3 }), { maxLength: 4 }), async (pieces) => {
            const named = pieces.map((some, m) => some.map((entry, n) => ({ ...entry, name: `entry-${m}-${n}` })))
            const writer = begin(close)
            for (const some of named) writer.add(some)
            const ended = await writer.end()
            if (!ended.ok) throw new Error('not written')
            const whole = await written(vaultOf(...named.flat()))
            expect(seen((await opened(format, ended.value.bytes, open)).entries)).toEqual(
              seen((await opened(format, whole.bytes, open)).entries),
            )
            const byName = (all: Written['dropped']) => all.map((each) => JSON.stringify(each)).toSorted()
            expect(byName(ended.value.dropped)).toEqual(byName(whole.dropped))
            expect(ended.value.warnings).toEqual(whole.warnings)
          }),
          { numRuns },
        ))
    }

    it.each(Object.keys(onlyWith) as Carried[])('carries %s, or names that it dropped it', async (part) => {
      const entry = { ...onlyWith.name, ...onlyWith.secret, ...onlyWith[part] }
      const { bytes, dropped } = await written(vaultOf(entry))
      const carries = format.carries.includes(part)
      if (carries) expect(dropped.filter(({ what }) => !/^$/.test(what))).toEqual([])
      else expect(dropped).toEqual([expect.objectContaining({ name: 'a' })])
      expect(seen((await opened(format, bytes, open)).entries)).toEqual(seen(vaultOf(entry).entries))
    })

    it('is recognised, with and without its name', async () => {
      const { bytes } = await written(vaultOf({ ...onlyWith.name, ...onlyWith.secret }))
      expect(format.detect(bytes.subarray(0, 65_536), 'whatever')).toBeGreaterThan(0)
      expect(format.detect(bytes.subarray(0, 65_536), `vault.${format.extensions[0]}`)).toBeGreaterThan(0)
    })

    it('carries a vault with nothing in it', async () => {
      const { bytes, dropped } = await written(vaultOf())
      expect(dropped).toEqual([])
      expect((await opened(format, bytes, open)).entries).toEqual([])
    })

    it('ends with a word, wherever the file was cut or hit', async () => {
      const { bytes } = await written(vaultOf(onlyWith.name, { ...onlyWith.secret, ...onlyWith.fields, name: 'b' }))
      const whole = seen((await opened(format, bytes, open)).entries)
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
          const hit = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ flip : byte))
          for (const damaged of [bytes.subarray(0, at), hit]) {
            const read = await format.read(damaged, open)
            const sealed = format.protection === 'encrypted' || close.passphrase !== undefined
            // Base64 has bits that say nothing: such a file may open, but with nothing else in it.
            if (sealed && read.ok) expect(seen(read.value.entries)).toEqual(whole)
            if (!read.ok) expect(read.failure.code).toMatch(/^(bad-vault|vault-(passphrase|needs|newer|limit))$/)
          }
        }),
        { numRuns },
      )
    })

    if (close.passphrase === undefined) return
    it('asks for its passphrase, and refuses another', async () => {
      const { bytes } = await written(vaultOf({ ...onlyWith.name, ...onlyWith.secret }))
      const { passphrase: _, ...without } = open
      const none = await format.read(bytes, without)
      const wrong = await format.read(bytes, { ...open, passphrase: `${open.passphrase} ` })
      expect([none, wrong].map((read) => (read.ok ? 'read' : read.failure.code))).toEqual([
        'vault-needs',
        'vault-passphrase',
      ])
    })
  })
}
