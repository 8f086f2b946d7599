import type { TlsTrust } from '../../../src-contract/exchange.ts'
import type { StoreKind } from '../../../src-contract/views.ts'

export type Unconfirmed = 'address' | 'operator'

/** One key Rekey looks after, as the ledger keeps it. Times are UTC, RFC 3339. No field holds a secret. */
export type Credential = {
  readonly id: string
  readonly name: string
  readonly label: string | null
  readonly vendor: string
  /** null only for vendors without a file. */
  readonly baseUrl: string | null
  readonly inputs: Readonly<Record<string, string>>
  /** Names of secret inputs; the value of each is the keychain item `<name>#<input>`. */
  readonly secretInputs: readonly string[]
  readonly subject: string | null
  readonly operatorId: string | null
  readonly tags: readonly string[]
  readonly usedBy: readonly string[]
  readonly store: StoreKind
  /** HMAC-SHA-256 of the secret under the store's fingerprint key, 16 hex digits. */
  readonly fingerprint: string
  /** Last four characters; null for secrets under 20 characters. */
  readonly tail: string | null
  readonly createdAt: string
  readonly rotatedAt: string | null
  readonly verifiedAt: string | null
  readonly expiresAt: string | null
  readonly maxAgeDays: number | null
  readonly tls: TlsTrust
  /** What an import said and nobody confirmed yet; while it stands, nothing is sent there. */
  readonly unconfirmed: readonly Unconfirmed[]
}
