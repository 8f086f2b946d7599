/** Vendor files that came with a backup: named where they are not in use, and taken into use where the person says so. */
import { escapeText } from '../../../src-contract/escape.ts'
import { explain, fail } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { badInput, needsYes } from './complaint.ts'
import type { Context } from './context.ts'

/** `true`: one was taken into use, and the file's keys are to be looked at again. */
export async function trustBrought(
  { call, out, terminal }: Context,
  id: string,
  options: { readonly trustVendor?: readonly string[]; readonly dryRun?: boolean; readonly yes?: boolean },
): Promise<Result<boolean>> {
  const listed = await call('vault.vendorFiles', { id })
  if (!listed.ok) return listed
  const wanted = options.trustVendor ?? []
  const missing = wanted.find((vendor) => !listed.value.some((each) => each.vendor === vendor))
  if (missing !== undefined)
    return err(badInput(`no vendor file ${escapeText(missing)} came with this file`, 'leave --trust-vendor out'))
  let isChanged = false
  for (const { vendor, why, review } of listed.value) {
    if (why !== null) out.note(`note: ${escapeText(explain(why).message)}`)
    if (why !== null && wanted.includes(vendor)) return err(why)
    if (review === null || review.isInUse) continue
    const hosts =
      review.hosts[0] === 'any' ? 'whatever address they are given' : review.hosts.map(escapeText).join(', ')
    if (!wanted.includes(vendor) || options.dryRun === true) {
      out.note(
        `note: the vendor file ${escapeText(vendor)} came along (its keys go to ${hosts}); until --trust-vendor ${escapeText(vendor)} they are kept as other`,
      )
      continue
    }
    for (const line of review.diff.split('\n')) out.note(escapeText(line))
    out.note(`keys of ${escapeText(vendor)} will be sent to ${hosts}`)
    if (options.yes !== true) {
      if (terminal === null) return err(needsYes('a trusted vendor file decides where keys are sent'))
      const sure = await terminal.confirm('have you read it, and do you trust it?')
      if (!sure.ok) return sure
      if (!sure.value) return err(fail('cancelled'))
    }
    const done = await call('vault.trustVendor', { id, vendor, sha256: review.sha256 })
    if (!done.ok) return done
    isChanged = true
  }
  return ok(isChanged)
}
