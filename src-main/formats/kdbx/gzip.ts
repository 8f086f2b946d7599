import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits } from '../define-format.ts'
import { joined } from './joined.ts'

/** Compressed as KeePass compresses; never fails. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const all = await collect(bytes, new CompressionStream('gzip'), Infinity)
  return all ?? new Uint8Array()
}

/** Inflates piece by piece and stops at the limit, so that a small file cannot become a full memory. */
export async function gunzip(bytes: Uint8Array): Promise<Result<Uint8Array>> {
  try {
    const all = await collect(bytes, new DecompressionStream('gzip'), limits.bytes)
    return all === null ? beyond('its size when unpacked', `${limits.bytes / 1024 / 1024} MiB`) : ok(all)
  } catch {
    return badVault('its packed part', 'it does not unpack')
  }
}

/** Null: more than `limit` came out. */
async function collect(
  bytes: Uint8Array,
  { readable, writable }: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array | null> {
  const writer = writable.getWriter()
  // What goes wrong is told on the reading side.
  const fed = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close())
  fed.catch(() => undefined)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = readable.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > limit) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
  return joined(chunks)
}
