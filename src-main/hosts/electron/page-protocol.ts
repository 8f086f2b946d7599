/**
 * SECURITY: E18 — the window is served by a protocol of our own, never file://. Every file it may have was read at start; a
 * path that is not in the list does not exist, however it is spelt. SECURITY: E7 — the policy is a header of every answer.
 */
import type { PageFile } from '../page-files.ts'

export const SCHEME = 'app'
export const HOST = 'rekey'
export const PAGE = `${SCHEME}://${HOST}/`

export const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  // everything goes over IPC
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** What the protocol answers; it looks at nothing but the list. */
export function answerPage(files: ReadonlyMap<string, PageFile>, request: Pick<Request, 'url' | 'method'>): Response {
  const url = parse(request.url)
  if (url === null || url.protocol !== `${SCHEME}:` || url.host.toLowerCase() !== HOST)
    return new Response('not here', { status: 404, headers })
  if (request.method !== 'GET') return new Response('not that', { status: 405, headers })
  const file = files.get(url.pathname === '' ? '/' : url.pathname)
  if (!file) return new Response('not found', { status: 404, headers })
  return new Response(file.bytes, { headers: { ...headers, 'content-type': file.type } })
}

const parse = (text: string): URL | null => {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
