/**
 * Vendor files that a backup brought along. They are a file's word like any other: each is used only once a person has read and
 * trusted it, and none takes the place of one that is here.
 */
import { fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { VaultVendorFile } from '../../formats/define-format.ts'
import { reservedIds } from '../../vendors/catalog.ts'
import type { VendorFile } from '../../vendors/define-vendor.ts'
import { parseVendorFile } from '../../vendors/parse-vendor-file.ts'
import type { Context, Handler } from '../context.ts'

type Brought = {
  readonly file: VendorFile
  readonly text: string
  readonly sha256: string
  readonly place: string
  readonly isInUse: boolean
}

/** Sound, of an id that is free, and not in the way of another file that is here. */
function look(context: Context, { id, text }: VaultVendorFile): Result<Brought> {
  const { vendorFolder, ledger, hash } = context.ports
  const name = `${id}.yaml of the file`
  const bad = (what: string): Result<Brought> => err(fail('bad-vendor-file', { file: name, what }))
  const parsed = parseVendorFile(text, name)
  if (!parsed.ok) return parsed
  if (parsed.value.id !== id) return bad(`it is the file of ${parsed.value.id}`)
  if (reservedIds.has(id)) return bad(`${id} is the id of a built-in file`)
  const place = vendorFolder.pathOf(id)
  const sha256 = hash(text)
  const isThere = vendorFolder.list().some(({ path }) => path === place)
  const there = isThere ? vendorFolder.read(place) : null
  if (there !== null && !(there.ok && hash(there.value) === sha256)) return bad(`another file of ${id} is here already`)
  const isInUse = isThere && ledger.trustedFile(place)?.sha256 === sha256
  return ok({ file: parsed.value, text, sha256, place, isInUse })
}

export const listBrought: Handler<'vault.vendorFiles'> = (context, input) => {
  const preview = context.previews.get(input.id)
  if (!preview) return err(fail('unknown-preview'))
  return ok(
    preview.vendorFiles.map((each) => {
      const found = look(context, each)
      if (!found.ok) return { vendor: each.id, why: found.failure, review: null }
      const { file, text, sha256, isInUse } = found.value
      const hosts = file.hosts === 'any' ? ['any'] : [...file.hosts]
      return { vendor: each.id, why: null, review: { sha256, hosts, diff: context.ports.diff('', text), isInUse } }
    }),
  )
}

export const trustBrought: Handler<'vault.trustVendor'> = (context, input) => {
  // what a page hands over is the page's word
  if (context.ports.window !== null)
    return err(fail('not-here', { what: 'trusting a vendor file of a backup', fix: 'rekey import --trust-vendor' }))
  const preview = context.previews.get(input.id)
  const brought = preview?.vendorFiles.find(({ id }) => id === input.vendor)
  if (!brought) return err(fail('unknown-preview'))
  const found = look(context, brought)
  if (!found.ok) return found
  const { text, sha256 } = found.value
  if (sha256 !== input.sha256) return err(fail('changed-vendor-file', { file: `${input.vendor}.yaml of the file` }))
  const installed = context.ports.vendorFolder.install(input.vendor, text)
  if (!installed.ok) return installed
  const trustedAt = context.ports.clock.now().toISOString()
  context.ports.ledger.trustFile({ path: found.value.place, vendorId: input.vendor, sha256, text, trustedAt })
  return ok({ vendor: input.vendor, installedAt: installed.value })
}
