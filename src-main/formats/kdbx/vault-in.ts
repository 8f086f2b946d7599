/** What an opened file holds: entries outside the recycle bin, and a word about the rest. */
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits, type ReadOptions, type Vault, type VaultEntry } from '../define-format.ts'
import { entryOf } from './entries.ts'
import type { OpenedKdbx } from './open.ts'
import { readXml, textAt, type Group } from './read-xml.ts'
import { followed, refers, type Identified } from './references.ts'

type Found = Identified & { readonly group: Group }

const AT_ONCE = 500

/** `tell`: of entries while more are read, as long as nothing that is still to come should change them, so many at once. */
export async function vaultIn(
  { xml, keystream, headerHash }: OpenedKdbx,
  tell: ReadOptions['found'] = () => undefined,
  atOnce = AT_ONCE,
): Promise<Result<Vault>> {
  const found: Found[] = []
  const meta = new Map<string, string>()
  const ofGroups = { Notes: 0, Tags: 0 }
  let hasReferences = false
  const next: VaultEntry[] = []
  const told: VaultEntry[] = []
  const take = (each: Found): void => {
    found.push(each)
    hasReferences ||= refers(each.entry)
    // what a reference brings may stand anywhere; before the words about the file nobody knows where its bin is
    if (hasReferences || meta.size === 0 || isWithin(each.group, binOf(meta))) return
    if (next.push(each.entry) < atOnce) return
    told.push(...next)
    tell(next.splice(0))
  }
  const whole = await readXml(xml, keystream, {
    entry(element, group) {
      if (found.length >= limits.entries) return beyond('the number of its entries', String(limits.entries))
      take({ entry: entryOf(element, group, `entry ${found.length + 1}`), uuid: textAt(element, 'UUID'), group })
      return ok(undefined)
    },
    meta: ({ name, text }) => meta.set(name, text),
    group: ({ name, text }) => {
      if ((name === 'Notes' || name === 'Tags') && text !== '') ofGroups[name] += 1
    },
  })
  if (!whole.ok) return whole
  const saidHash = meta.get('HeaderHash') ?? ''
  if (headerHash !== null && saidHash !== '' && saidHash !== headerHash) return badVault('the header', 'it is damaged')
  const all = hasReferences ? followed(found) : ok(found.map(({ entry }) => entry))
  if (!all.ok) return all
  const bin = binOf(meta)
  const kept = all.value.filter((_, index) => !isWithin(found[index]?.group ?? null, bin))
  if (told.some((entry, at) => kept[at] !== entry))
    return badVault('its document', 'what it says of its recycle bin stands behind its entries')
  const thrown = found.length - kept.length
  const notes = [
    ...(thrown > 0 ? [`${thrown === 1 ? 'an entry' : `${thrown} entries`} in the recycle bin: not taken`] : []),
    ...(['Notes', 'Tags'] as const).flatMap((what) =>
      ofGroups[what] === 0
        ? []
        : [`${what.toLowerCase()} of ${ofGroups[what] === 1 ? 'a group' : `${ofGroups[what]} groups`}: not taken`],
    ),
  ]
  return ok({ entries: kept, notes })
}

/** The id of the group that is the recycle bin; empty: there is none. */
function binOf(meta: ReadonlyMap<string, string>): string {
  const id = meta.get('RecycleBinUUID') ?? ''
  const isThere = /^true$/i.test(meta.get('RecycleBinEnabled') ?? '') && !/^A*=*$/.test(id)
  return isThere ? id : ''
}

function isWithin(group: Group | null, uuid: string): boolean {
  for (let at: Group | null = group; uuid !== '' && at !== null; at = at.parent) if (at.uuid === uuid) return true
  return false
}
