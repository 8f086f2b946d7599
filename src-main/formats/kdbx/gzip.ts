import { constants, gunzip as inflate, gzip as deflate } from 'node:zlib'
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits } from '../define-format.ts'

const CHUNK_BYTES = 1024 * 1024

/** Packed as KeePass packs, but quickly: most of a vault is hidden values, which hardly get smaller. */
export const gzip = (bytes: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) =>
    deflate(bytes, { level: constants.Z_BEST_SPEED, chunkSize: CHUNK_BYTES }, (error, packed) =>
      error ? reject(error) : resolve(packed),
    ),
  )

/** Inflates piece by piece and stops at the limit, so that a small file cannot become a full memory. */
export function gunzip(bytes: Uint8Array): Promise<Result<Uint8Array>> {
  const chunkSize = Math.min(CHUNK_BYTES, Math.max(16 * 1024, 4 * bytes.length))
  return new Promise((resolve) =>
    inflate(bytes, { maxOutputLength: limits.bytes, chunkSize }, (error, all) => {
      if (!error) return resolve(ok(all))
      const isTooMuch = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      if (isTooMuch) return resolve(beyond('its size when unpacked', `${limits.bytes / 1024 / 1024} MiB`))
      return resolve(badVault('its packed part', 'it does not unpack'))
    }),
  )
}
