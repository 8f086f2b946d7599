/** Vendor files: what there is, whether one is sound, and taking a user's own into use. */
import { fail } from '../../src-contract/failures.ts'
import { err, ok } from '../../src-contract/result.ts'
import { reservedIds } from '../vendors/catalog.ts'
import { checkVendorFile } from '../vendors/check-vendor-file.ts'
import { vendorJsonSchema } from '../vendors/define-vendor.ts'
import { parseVendorFile } from '../vendors/parse-vendor-file.ts'
import { vendorView } from '../vendors/plan.ts'
import type { Context, Handler } from './context.ts'

export const list: Handler<'vendor.list'> = (context, input) => {
  const wanted = input.search?.toLowerCase()
  const views = context.registry.all().map((found) => vendorView(found.file, found.source))
  const isWanted = (text: string): boolean => wanted === undefined || text.toLowerCase().includes(wanted)
  return ok(views.filter((view) => isWanted(view.id) || isWanted(view.name)).sort((a, b) => a.id.localeCompare(b.id)))
}

export const check: Handler<'vendor.check'> = (_, input) => {
  const report = checkVendorFile(input.text)
  const findings = report.findings.map(({ level, path, message }) => ({ level, path, message }))
  if (report.id !== null && reservedIds.has(report.id) && !input.file.startsWith('built-in:')) {
    findings.push({
      level: 'warning',
      path: 'id',
      message: `${report.id} is the id of a built-in file: it cannot be trusted under that id`,
    })
  }
  return ok({ ok: findings.every((finding) => finding.level !== 'error'), findings })
}

export const unusable: Handler<'vendor.unusable'> = (context) => ok([...context.registry.unusable()])

/** The file as it is now: parsed, its id free, its text hashed. */
function read(context: Context, path: string) {
  const text = context.ports.vendorFolder.read(path)
  if (!text.ok) return text
  const parsed = parseVendorFile(text.value, path)
  if (!parsed.ok) return parsed
  if (reservedIds.has(parsed.value.id)) {
    return err(
      fail('bad-vendor-file', { file: path, what: `${parsed.value.id} is the id of a built-in file; choose another` }),
    )
  }
  const place = context.ports.vendorFolder.pathOf(parsed.value.id)
  const sha256 = context.ports.hash(text.value)
  return ok({ file: parsed.value, text: text.value, sha256, place, trusted: context.ports.ledger.trustedFile(place) })
}

export const review: Handler<'vendor.review'> = (context, input) => {
  const found = read(context, input.path)
  if (!found.ok) return found
  const { file, text, sha256, trusted } = found.value
  return ok({
    vendor: file.id,
    sha256,
    diff: context.ports.diff(trusted?.text ?? '', text),
    hosts: file.hosts === 'any' ? ['any'] : [...file.hosts],
    isTrusted: trusted?.sha256 === sha256,
  })
}

export const trust: Handler<'vendor.trust'> = (context, input) => {
  const found = read(context, input.path)
  if (!found.ok) return found
  const { file, text, sha256, place } = found.value
  if (sha256 !== input.sha256) return err(fail('changed-vendor-file', { file: input.path }))
  const installed = context.ports.vendorFolder.install(file.id, text)
  if (!installed.ok) return installed
  const trustedAt = context.ports.clock.now().toISOString()
  context.ports.ledger.trustFile({ path: place, vendorId: file.id, sha256, text, trustedAt })
  return ok({ vendor: file.id, installedAt: installed.value })
}

export const schema: Handler<'vendor.schema'> = () => ok(vendorJsonSchema())
