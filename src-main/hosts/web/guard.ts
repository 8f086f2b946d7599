/**
 * What a request must be before anything looks at what it wants: for this host by name (a rebound domain is not), from our
 * own page, with our own method and type. Every answer carries the headers that keep a page to itself.
 */
import type { MiddlewareHandler } from 'hono'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=()',
}

export type Refuse = (why: string, path: string) => void

export function guard(authority: () => string, refused: Refuse): MiddlewareHandler {
  return async (context, next) => {
    for (const [name, value] of Object.entries(headers)) context.header(name, value)
    const { req } = context
    const refuse = (why: string, status: 400 | 403 | 405 | 415 | 421): Response => {
      refused(why, req.path.slice(0, 64))
      return context.json({ refused: why }, status)
    }
    // a target may name a host of its own, beside the header
    const target = URL.parse(req.url)?.host
    if (req.header('host') !== authority() || target !== URL.parse(`http://${authority()}`)?.host)
      return refuse('host', 421)
    const isApi = req.path.startsWith('/api/') || req.path === '/session' || req.path.startsWith('/session/')
    if (!isApi) return req.method === 'GET' || req.method === 'HEAD' ? next() : refuse('method', 405)
    if (req.method !== 'POST') return refuse('method', 405)
    if (req.header('origin') !== `http://${authority()}`) return refuse('origin', 403)
    if (req.header('sec-fetch-site') !== 'same-origin') return refuse('site', 403)
    if (req.header('content-type') !== 'application/json') return refuse('type', 415)
    return next()
  }
}
