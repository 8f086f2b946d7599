/**
 * Which vendor files count: the built-in ones, whose ids are reserved, and the user's once trusted. A user's file that has
 * changed since is refused until it is trusted again.
 */
import { err, ok, type Result } from '../../src-contract/result.ts'
import { fail, type Failure } from '../../src-contract/failures.ts'
import type { Ledger, Vendor } from '../core/ports.ts'
import { catalogFiles, catalogTexts } from '../vendors/catalog.ts'
import type { VendorFile } from '../vendors/define-vendor.ts'
import { interpret } from '../vendors/interpret.ts'
import { parseVendorFile } from '../vendors/parse-vendor-file.ts'
import type { AppPorts, VendorFolder } from './app-ports.ts'

export type Found = { readonly file: VendorFile; readonly vendor: Vendor; readonly source: 'built-in' | 'user' }

export type VendorRegistry = {
  /** `no-vendor-file` for `other`; `unknown-vendor`, `untrusted-` or `changed-vendor-file` else. */
  open(id: string): Result<Found>
  find(id: string): Result<Vendor>
  /** A file as it was when a rotation began, from the ledger's own copy. */
  fromText(text: string, hash: string): Result<Vendor>
  /** Every usable file. */
  all(): readonly Found[]
  /** The user's files that are not used, and why. */
  unusable(): readonly { readonly vendor: string; readonly why: Failure }[]
}

/** Keys of vendors without a file are kept under this id. */
export const OTHER = 'other'

export function openRegistry(ports: {
  readonly ledger: Ledger
  readonly vendorFolder: VendorFolder
  readonly hash: AppPorts['hash']
}): VendorRegistry {
  const opened = new Map<string, Found>()

  const load = (text: string, source: Found['source'], path: string): Result<Found> => {
    const parsed = parseVendorFile(text)
    if (!parsed.ok) return err(fail('bad-vendor-file', { ...parsed.failure.fields, file: path }))
    const vendor: Vendor = interpret(parsed.value, { hash: ports.hash(text), text })
    return ok({ file: parsed.value, vendor, source })
  }

  const builtIn = (id: string): Result<Found> | null => {
    const text = catalogTexts.get(id)
    const file = catalogFiles.get(id)
    if (text === undefined || file === undefined) return null
    return ok({ file, vendor: interpret(file, { hash: ports.hash(text), text }), source: 'built-in' })
  }

  const users = (id: string): Result<Found> => {
    const path = ports.vendorFolder.pathOf(id)
    const trusted = ports.ledger.trustedFile(path)
    if (!trusted) {
      const isThere = ports.vendorFolder.list().some((file) => file.path === path)
      return err(isThere ? fail('untrusted-vendor-file', { file: path }) : fail('unknown-vendor', { vendor: id }))
    }
    const text = ports.vendorFolder.read(path)
    if (!text.ok) return text
    if (ports.hash(text.value) !== trusted.sha256) return err(fail('changed-vendor-file', { file: path }))
    return load(text.value, 'user', path)
  }

  const open = (id: string): Result<Found> => {
    const known = opened.get(id)
    if (known) return ok(known)
    if (id === OTHER) return err(fail('no-vendor-file', { name: id }))
    const found = builtIn(id) ?? users(id)
    if (found.ok) opened.set(id, found.value)
    return found
  }

  const find = (id: string): Result<Vendor> => {
    const found = open(id)
    return found.ok ? ok(found.value.vendor) : found
  }

  return {
    open,
    find,
    fromText: (text, hash) => {
      if (ports.hash(text) !== hash)
        return err(fail('bad-vendor-file', { file: 'the ledger', what: 'its copy of a vendor file is damaged' }))
      const found = load(text, 'user', 'the ledger')
      return found.ok ? ok(found.value.vendor) : found
    },
    all: () => {
      const ids = new Set([...catalogTexts.keys(), ...ports.vendorFolder.list().map((file) => file.id)])
      return [...ids].flatMap((id) => {
        const found = open(id)
        return found.ok ? [found.value] : []
      })
    },
    unusable: () =>
      ports.vendorFolder.list().flatMap(({ id, path }) => {
        if (catalogTexts.has(id) || id === OTHER) {
          const what = `${id} is an id of Rekey's own; choose another`
          return [{ vendor: id, why: fail('bad-vendor-file', { file: path, what }) }]
        }
        const found = users(id)
        return found.ok ? [] : [{ vendor: id, why: found.failure }]
      }),
  }
}
