/** One HTTP request and its reply, as plain data: what an app process hands to a courier and gets back. Holds secrets: never log it. */
export type ExchangeRequest = {
  readonly method: string
  /** Absolute, already expanded: origin, path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** null sends no body and no Content-Length; '' sends Content-Length: 0. */
  readonly body: string | null
}

export type ExchangeReply = {
  readonly status: number
  /** Lower-case names; repeated fields joined with ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** True only if the body was framed by Content-Length or a last chunk and came whole. */
  readonly complete: boolean
}

/** How a credential trusts its server: the system's CAs plus these, or one pinned leaf. */
export type TlsTrust = {
  /** PEM text of extra certificate authorities. */
  readonly caPem: string | null
  /** SHA-256 of the leaf certificate in DER, lower-case hex. */
  readonly pinSha256: string | null
}
