import { createHash, timingSafeEqual } from 'node:crypto'
import {
  createSecureContext,
  getCACertificates,
  type ConnectionOptions,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import type { TlsTrust } from '../../../src-contract/exchange.ts'

/**
 * Whom we believe: the CAs of the system and of Node plus the credential's own, or one pinned leaf in their place.
 * Everything is said here and explicitly, so that no environment variable (NODE_TLS_REJECT_UNAUTHORIZED) changes it.
 */

const contexts = new Map<string, SecureContext>()
const minVersion = 'TLSv1.2'

/** Reads the system's CAs, once: 60 ms that need not be spent while somebody waits. */
export const warmTrust = (): void => void contextFor(null)

/** Options of a handshake that fails unless the trust holds; with a pin, `checkPin` has the last word. */
export function tlsOptions(trust: TlsTrust): ConnectionOptions {
  const isPinned = trust.pinSha256 !== null
  return {
    // Throws for text that holds no certificate.
    secureContext: isPinned ? pinnedContext() : contextFor(trust.caPem),
    minVersion,
    rejectUnauthorized: !isPinned,
    ALPNProtocols: ['http/1.1'],
  }
}

/** Whether the peer's leaf is the pinned one. Call before a byte is written. */
export function isPinned(socket: TLSSocket, pinSha256: string): boolean {
  const seen = leafSha256(socket)
  const pin = Buffer.from(pinSha256.replaceAll(':', '').toLowerCase())
  return seen !== null && seen.length === pin.length && timingSafeEqual(Buffer.from(seen), pin)
}

/** SHA-256 of the peer's leaf certificate in DER, lower-case hex. */
export function leafSha256(socket: TLSSocket): string | null {
  const { raw } = socket.getPeerCertificate() as { raw?: Buffer }
  return raw === undefined ? null : createHash('sha256').update(raw).digest('hex')
}

function contextFor(caPem: string | null): SecureContext {
  const key = caPem ?? ''
  const known = contexts.get(key)
  if (known) return known
  const authorities = new Set([...getCACertificates('bundled'), ...getCACertificates('system')])
  const context = createSecureContext({ ca: [...authorities, ...(caPem === null ? [] : [caPem])], minVersion })
  contexts.set(key, context)
  return context
}

const pinnedContext = (): SecureContext => createSecureContext({ ca: [], minVersion })

/** Why a handshake failed, in our own words or OpenSSL's code. */
export function handshakeWhy(code: string): string {
  return words[code] ?? code
}

const words: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  CERT_REVOKED: 'it was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host',
  ECONNRESET: 'the handshake broke off',
  EPIPE: 'the handshake broke off',
  EPROTO: 'it does not speak TLS 1.2 or later',
  ETIMEDOUT: 'the handshake took too long',
}
