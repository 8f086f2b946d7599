import { constants, createGzip, gunzip as inflate } from 'node:zlib'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits } from '../define-format.ts'
import { joined } from './joined.ts'

const CHUNK_BYTES = 1024 * 1024
/** What comes in one piece need not be put together. */
const MOST_AT_ONCE = 32 * CHUNK_BYTES

/** Packed as KeePass packs, but quickly: most of a vault is hidden values, which hardly get smaller. */
export function openGzip() {
  const packing = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: CHUNK_BYTES })
  const packed: Uint8Array[] = []
  packing.on('data', (piece: Uint8Array) => packed.push(piece))
  const ended = new Promise((resolve) => packing.once('end', resolve))
  return {
    /** Resolves when a thread of zlib's has packed it; meanwhile the next is made. */
    write: (piece: Uint8Array): Promise<unknown> => new Promise((resolve) => packing.write(piece, resolve)),
    end: async (): Promise<Uint8Array<ArrayBuffer>> => {
      packing.end()
      await ended
      return joined(packed)
    },
  }
}

/** Inflates piece by piece and stops at the limit, so that a small file cannot become a full memory. */
export function gunzip(bytes: Uint8Array): Promise<Result<Uint8Array>> {
  const chunkSize = Math.min(MOST_AT_ONCE, Math.max(16 * 1024, 4 * bytes.length))
  return new Promise((resolve) =>
    inflate(bytes, { maxOutputLength: limits.bytes, chunkSize }, (error, all) => {
      if (!error) return resolve(ok(all))
      const isTooMuch = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      if (isTooMuch) return resolve(beyond('its size when unpacked', `${limits.bytes / 1024 / 1024} MiB`))
      return resolve(badVault('its packed part', 'it does not unpack'))
    }),
  )
}
