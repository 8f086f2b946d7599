/**
 * Who may speak to the app. A launch token is good once, for a minute; it is exchanged for a session that the page sends as
 * a header. A token that comes back has been seen by somebody else: the session it made is ended, and says why.
 */
import { createHash, randomBytes } from 'node:crypto'

const TOKEN_LIFE_MS = 60_000

export type Exchange =
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'expired' | 'replayed' }

export type Sessions = {
  /** A token for one page, 256 bits. */
  mint(): string
  exchange(token: string): Exchange
  has(session: string): boolean
  /** Returns the way to stop listening. */
  onEnd(listener: (session: string) => void): () => void
}

type Token = { readonly until: number; session: string | null }

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const fresh = (): string => randomBytes(32).toString('base64url')

/** Both are kept as hashes: looking one up takes no time that depends on how much of it was right. */
export function openSessions(ticks: () => number = () => performance.now()): Sessions {
  const tokens = new Map<string, Token>()
  const sessions = new Set<string>()
  const listeners = new Set<(session: string) => void>()
  return {
    mint: () => {
      // one that nobody came with in its minute is no more than one that never was
      for (const [key, { until, session }] of tokens) if (session === null && ticks() > until) tokens.delete(key)
      const token = fresh()
      tokens.set(hash(token), { until: ticks() + TOKEN_LIFE_MS, session: null })
      return token
    },
    exchange: (text) => {
      const token = tokens.get(hash(text))
      if (!token) return { kind: 'refused', why: 'unknown' }
      if (token.session !== null) {
        if (sessions.delete(token.session)) for (const listener of listeners) listener(token.session)
        return { kind: 'refused', why: 'replayed' }
      }
      if (ticks() > token.until) return { kind: 'refused', why: 'expired' }
      const session = fresh()
      token.session = hash(session)
      sessions.add(token.session)
      return { kind: 'session', session }
    },
    has: (session) => sessions.has(hash(session)),
    onEnd: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** How a session is named among listeners, who have no business with the session itself. */
export const sessionId = hash
