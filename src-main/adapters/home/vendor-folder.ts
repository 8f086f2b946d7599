import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'

const CAP_BYTES = 256 * 1024

/** The user's vendor files: `<folder>/<id>.yaml`, each at most 256 KiB of UTF-8, written atomically. */
export function openVendorFolder(folder: string) {
  const pathOf = (vendorId: string): string => join(folder, `${vendorId}.yaml`)
  const read = (path: string): Result<string> => {
    const bad = (what: string): Result<string> => err(fail('bad-vendor-file', { file: path, what }))
    try {
      const stat = statSync(path)
      if (!stat.isFile()) return bad('it is not a file')
      if (stat.size > CAP_BYTES) return bad(`it is larger than ${CAP_BYTES / 1024} KiB`)
      return ok(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)))
    } catch (error) {
      if (error instanceof TypeError) return bad('it is not UTF-8 text')
      return bad(codeOf(error) === 'ENOENT' ? 'there is no such file' : `it cannot be read (${codeOf(error)})`)
    }
  }
  return {
    pathOf,
    read,
    list: (): readonly { readonly path: string; readonly id: string }[] =>
      namesIn(folder).map((name) => ({ path: join(folder, name), id: basename(name, '.yaml') })),
    install: (vendorId: string, text: string): Result<string> => {
      const path = pathOf(vendorId)
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        const beside = `${path}.${process.pid}.new`
        const fd = openSync(beside, 'w', 0o600)
        writeSync(fd, text)
        fsyncSync(fd)
        closeSync(fd)
        renameSync(beside, path)
        return ok(path)
      } catch (error) {
        const code = codeOf(error)
        return err(
          code === 'ENOSPC'
            ? fail('disk-full', { folder })
            : fail('bad-vendor-file', { file: path, what: `it cannot be written (${code})` }),
        )
      }
    },
  }
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  } catch {
    return []
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
