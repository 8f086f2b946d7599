/** What an opened file holds: entries outside the recycle bin, and a word about the rest. */
import { ok, type Result } from '../../../src-contract/result.ts'
import { badVault, beyond } from '../define-failures.ts'
import { limits, type Vault } from '../define-format.ts'
import { entryOf } from './entries.ts'
import type { OpenedKdbx } from './open.ts'
import { readXml, textAt, type Group } from './read-xml.ts'
import { followed, type Identified } from './references.ts'

type Found = Identified & { readonly group: Group }

export async function vaultIn({ xml, keystream, headerHash }: OpenedKdbx): Promise<Result<Vault>> {
  const found: Found[] = []
  const meta = new Map<string, string>()
  const ofGroups = { Notes: 0, Tags: 0 }
  const whole = await readXml(xml, keystream, {
    entry(element, group) {
      if (found.length >= limits.entries) return beyond('the number of its entries', String(limits.entries))
      found.push({ entry: entryOf(element, group, `entry ${found.length + 1}`), uuid: textAt(element, 'UUID'), group })
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
  const hasBin = /^true$/i.test(meta.get('RecycleBinEnabled') ?? '') && !/^A*=*$/.test(meta.get('RecycleBinUUID') ?? '')
  const bin = hasBin ? (meta.get('RecycleBinUUID') ?? '') : ''
  const all = followed(found)
  if (!all.ok) return all
  const kept = all.value.filter((_, index) => !isWithin(found[index]?.group ?? null, bin))
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

function isWithin(group: Group | null, uuid: string): boolean {
  for (let at: Group | null = group; uuid !== '' && at !== null; at = at.parent) if (at.uuid === uuid) return true
  return false
}
