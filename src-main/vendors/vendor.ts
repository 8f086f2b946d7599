import type { ExchangeReply, ExchangeRequest } from '../../src-contract/exchange.ts'
import type { FailureCode } from '../../src-contract/failures.ts'
import type { KeySight } from '../../src-contract/outcomes.ts'
import type { Result } from '../../src-contract/result.ts'

/**
 * The core's `Vendor` port as this zone sees it: the zone may not import the core, so the compiler compares the two shapes
 * where they meet (test/vendors/interpret.test.ts and the app).
 */
export type Context = {
  readonly baseUrl: string
  readonly inputs: Readonly<Record<string, string>>
  readonly operatorInputs: Readonly<Record<string, string>> | null
}

export type MintReading =
  | { readonly verdict: 'success'; readonly clean: true; readonly candidates: readonly [string] }
  | {
      readonly verdict: 'refused'
      readonly code: FailureCode
      readonly auth: boolean
      readonly retryAfterSeconds: number | null
    }
  | { readonly verdict: 'unclear'; readonly torn: boolean; readonly candidates: readonly string[] }

export type VerifyReading = {
  readonly answer: KeySight
  readonly code: FailureCode | null
  readonly subject: string | null
}

export type InterpretedVendor = {
  readonly id: string
  readonly name: string
  readonly fileHash: string
  readonly fileText: string
  readonly strategy: 'in-place' | 'guided'
  readonly settleMs: number
  readonly replyWaitMs: number
  readonly probe: { readonly sideEffect: 'none' | 'audit' | 'consumes-use' | 'activates' } | null
  readonly pace: readonly {
    readonly scope: 'key' | 'subject' | 'account'
    readonly count: number
    readonly perSeconds: number
    readonly counts: 'mint' | 'all'
    readonly text: string
  }[]
  readonly rereadNeeds: readonly string[] | null
  /** How a person gets back in where the new key is lost, in the vendor file's own words. */
  readonly recovery: string
  readonly rotatesBy: { readonly self: boolean; readonly operator: boolean }
  subject(context: Context): string | null
  session(context: Context, key: string): ExchangeRequest | null
  readSession(reply: ExchangeReply): Result<string>
  mint(context: Context, auth: { readonly key: string; readonly session: string | null }): ExchangeRequest
  readMint(reply: ExchangeReply, context: Context): MintReading
  verify(context: Context, key: string): ExchangeRequest
  readVerify(reply: ExchangeReply): VerifyReading
  reread(context: Context, secrets: Readonly<Record<string, string>>): ExchangeRequest | null
  readReread(reply: ExchangeReply): string | null
  madeUpKey(crypto: { randomText(alphabet: string, length: number): string }): string
  shapeWarning(key: string): string | null
}
