/** A file in the making: its entries come page by page, and are written, where the format can, while more are on their way. */
import { fail, type Failure } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VaultWritten } from '../app/app-ports.ts'
import { difference } from '../app/vaults/compare.ts'
import { formats } from '../formats/catalog.ts'
import type { Vault, VaultEntry, VaultWriter, WriteOptions, Written } from '../formats/define-format.ts'

export type VaultRest = Omit<Vault, 'entries'>

export class VaultDraft {
  readonly #entries: VaultEntry[] = []
  readonly #wanted: string
  readonly #options: WriteOptions
  /** Null: the format writes all at once. */
  readonly #writer: VaultWriter | null

  constructor(wanted: string, options: WriteOptions) {
    const format = formatOf(wanted)
    format?.prepare?.()
    this.#wanted = wanted
    this.#options = options
    this.#writer = format?.begin?.(options) ?? null
  }

  add(entries: readonly VaultEntry[]): void {
    for (const entry of entries) this.#entries.push(entry)
    this.#writer?.add(entries)
  }

  /** `rest`: what there is beside entries. */
  async write(rest: VaultRest): Promise<Result<Written>> {
    const format = formatOf(this.#wanted)
    if (!format) return err(noSuch(this.#wanted))
    if (!format.write) return err(fail('cannot-write-format', { format: format.name }))
    return this.#writer?.end() ?? format.write({ ...rest, entries: this.#entries }, this.#options)
  }

  /** Null: what was written is this; else what of it is not. */
  async check(
    rest: VaultRest,
    { bytes, format: wanted, options, dropped }: VaultWritten,
  ): Promise<Result<string | null>> {
    const format = formatOf(wanted)
    if (!format) return err(noSuch(wanted))
    const read = await format.read(bytes, options)
    if (!read.ok) return read
    const left = new Set(dropped.flatMap(({ name, what }) => (what === 'entry' ? [name] : [])))
    const expected = { ...rest, entries: this.#entries.filter(({ name }) => !left.has(name)) }
    return ok(difference(expected, read.value, format.carries))
  }
}

export const formatOf = (wanted: string) => formats.find(({ id }) => id === wanted)

export const noSuch = (id: string): Failure =>
  fail('bad-input', { what: `no format is called ${id}`, fix: 'rekey formats lists them' })
