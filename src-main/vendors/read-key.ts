import type { ExchangeReply } from '../../src-contract/exchange.ts'
import type { VendorFile } from './define-vendor.ts'
import { hasShape, isPlausible } from './key-shape.ts'
import { parseJson, valueAt } from './pointer.ts'
import { stringAt, stringsIn, wordsIn } from './salvage.ts'

/** Where a key sits in a reply: the declared place of a whole one, and what can be saved from a torn or odd one. */

/** The plausible key at the declared place of a whole reply; null if there is none. */
export function keyAt(reply: ExchangeReply, place: string): string | null {
  if (!reply.complete) return null
  if (place !== 'body') {
    const value = valueAt(parseJson(reply.body), place)
    return typeof value === 'string' && isPlausible(value) ? value : null
  }
  const text = reply.body.trim()
  // A body that is JSON is somebody else's answer (a gateway's, a maintenance notice), not a bare key.
  return isPlausible(text) && !looksLikeJson(text) ? text : null
}

const looksLikeJson = (text: string): boolean => /^[{["]/.test(text)

/** At most three strings that may be the key: the declared place first, then strings of the key's shape. */
export function candidatesIn(reply: ExchangeReply, place: string, shape: VendorFile['key']): readonly string[] {
  const found = stringsIn(reply.body)
  const candidates = new Set<string>()
  const declared = place === 'body' ? bareText(reply.body) : declaredString(reply.body, place, found)
  if (declared !== null && isPlausible(declared)) candidates.add(declared)
  const isJson = looksLikeJson(reply.body.trim())
  const others = isJson ? found.map((each) => each.value) : wordsIn(reply.body)
  for (const other of others) {
    if (candidates.size === 3) break
    if (hasShape(shape, other)) candidates.add(other)
  }
  return [...candidates]
}

function bareText(body: string): string | null {
  const text = body.trim()
  return looksLikeJson(text) ? null : text
}

function declaredString(body: string, place: string, found: ReturnType<typeof stringsIn>): string | null {
  const value = valueAt(parseJson(body), place)
  return typeof value === 'string' ? value : stringAt(found, place)
}
