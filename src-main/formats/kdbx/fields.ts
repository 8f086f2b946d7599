/**
 * SECURITY: 43. The fields of a KDBX header, outer or inner: an id, a length, that many bytes; id 0 ends them. They are looked at
 * where they stand: nothing is made by a length that a file claims, and nothing is kept of what nobody asked for, however many
 * there are.
 */
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault } from '../define-failures.ts'

/** Where the fields end; null: they do not fit into the bytes. Lengths take 4 bytes in KDBX 4, and 2 before. */
export function walkFields(
  bytes: Uint8Array,
  from: number,
  lengthBytes: 2 | 4,
  seen: (id: number, start: number, end: number) => void,
): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = from; at + 1 + lengthBytes <= bytes.length;) {
    const id = view.getUint8(at)
    const start = at + 1 + lengthBytes
    const end = start + (lengthBytes === 4 ? view.getUint32(at + 1, true) : view.getUint16(at + 1, true))
    if (end > bytes.length) return null
    seen(id, start, end)
    if (id === 0) return end
    at = end
  }
  return null
}

/** What hides the values of a KDBX 4 file, and where its document begins. */
export type InnerHeader = { readonly stream: number; readonly key: Uint8Array; readonly end: number }

const ID = { stream: 1, key: 2, attachment: 3 } as const
/** KeePass writes 64 bytes. */
const LONGEST_KEY = 1024

/** Attachments stand here too; they are passed over. */
export function readInnerHeader(content: Uint8Array): Result<InnerHeader> {
  const damaged = badVault('the inner header', 'it is damaged')
  const found: { stream: Uint8Array; key: Uint8Array } = { stream: new Uint8Array(), key: new Uint8Array() }
  let isKnown = true
  const end = walkFields(content, 0, 4, (id, start, until) => {
    if (id === ID.stream) found.stream = content.subarray(start, until)
    else if (id === ID.key) found.key = content.subarray(start, until)
    // an attachment begins with a byte of its own
    else if (id > ID.attachment || (id === ID.attachment && start === until)) isKnown = false
  })
  const { stream, key } = found
  if (end === null || !isKnown || stream.length !== 4 || key.length === 0 || key.length > LONGEST_KEY) return damaged
  return ok({ stream: new DataView(stream.buffer, stream.byteOffset, 4).getUint32(0, true), key, end })
}
