/** Files that were read and not imported yet, with their keys: in memory, few, and gone with the lock. */
import type { Failure } from '../../../src-contract/failures.ts'
import type { LeftOut, PreviewEntry } from '../../../src-contract/vault-views.ts'
import type { Credential } from '../../core/credentials/credential.ts'
import type { VaultVendorFile } from '../../formats/define-format.ts'
import type { Found } from '../vendor-registry.ts'
import type { Judged } from './judge.ts'

/** What was made of the entries of a file, and what that rests on beside them. */
export type Judgement = {
  readonly judged: readonly Judged[]
  /** Of each, what is said of it. */
  readonly shown: readonly PreviewEntry[]
  readonly grounds: {
    readonly kept: readonly Credential[]
    /** The open ones, with what they have come to. */
    readonly rotations: readonly string[]
    readonly vendors: readonly Found[]
  }
}

export type Preview = Judgement & {
  readonly file: string
  readonly format: string
  readonly isPlainText: boolean
  readonly notes: readonly string[]
  readonly leftOut: readonly LeftOut[]
  /** Of a folder, the files that could not be read. */
  readonly refused: readonly Failure[]
  readonly vendorFiles: readonly VaultVendorFile[]
}

/** How many files may be open at once: a person looks at one. */
const MOST = 3

export class Previews {
  readonly #kept = new Map<string, Preview>()

  keep(id: string, preview: Preview): void {
    this.#kept.set(id, preview)
    for (const oldest of [...this.#kept.keys()].slice(0, -MOST)) this.#kept.delete(oldest)
  }
  get(id: string): Preview | null {
    return this.#kept.get(id) ?? null
  }
  forget(id: string): void {
    this.#kept.delete(id)
  }
  forgetAll(): void {
    this.#kept.clear()
  }
}
