/**
 * 1Password's unencrypted export, in only: a zip with `export.attributes` and `export.data`, both JSON
 * (https://support.1password.com/1pux-format/, checked 2026-11-21). Files in it are named as left, never unpacked.
 */
import { z } from 'zod'
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault, beyond, newer } from './define-failures.ts'
import { limits, type Format, type Vault } from './define-format.ts'
import { glance, jsonOf, textOf } from './define-text.ts'
import { exportData, type OnePasswordItem } from './onepux/define-items.ts'
import { entryOf } from './onepux/entries.ts'
import { openZip } from './onepux/zip.ts'

const VERSION = 3
const ATTRIBUTES = 'export.attributes'
const DATA = 'export.data'

export const onepux: Format = {
  id: '1pux',
  name: '1Password (1PUX)',
  extensions: ['1pux'],
  protection: 'plain',
  carries: ['name', 'folder', 'secret', 'account', 'urls', 'notes', 'tags', 'times', 'expiry', 'fields'],
  companions: [],
  detect(sample, fileName) {
    const start = glance(sample)
    if (!start.startsWith('PK\u0003\u0004')) return 0
    if (start.includes(ATTRIBUTES) || start.includes(DATA)) return 1
    return fileName.toLowerCase().endsWith('.1pux') ? 0.5 : 0
  },
  read,
  write: null,
}

async function read(bytes: Uint8Array): Promise<Result<Vault>> {
  if (bytes.length > limits.bytes) return beyond('its size', `${limits.bytes / 1024 / 1024} MiB`)
  const zip = openZip(bytes)
  if (!zip.ok) return zip
  const part = async (name: string): Promise<Result<unknown>> => {
    const unpacked = await zip.value(name)
    if (!unpacked.ok) return unpacked
    const text = textOf(unpacked.value)
    const json = text.ok ? jsonOf(text.value) : text
    if (json.ok || json.failure.code !== 'bad-vault') return json
    const { where, what } = json.failure.fields
    return badVault(`${name}, ${where ?? ''}`, what ?? '')
  }
  const attributes = await part(ATTRIBUTES)
  if (!attributes.ok) return attributes
  const version = z.object({ version: z.number() }).safeParse(attributes.value)
  if (!version.success) return badVault(ATTRIBUTES, 'it names no version')
  if (version.data.version > VERSION) return newer(`1PUX ${version.data.version}`)
  const data = await part(DATA)
  if (!data.ok) return data
  const parsed = exportData.safeParse(data.value)
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
    return badVault(place === '' ? DATA : `${DATA}, ${place}`, 'it is not what 1Password writes there')
  }
  return vaultOf(parsed.data)
}

function vaultOf({ accounts }: z.infer<typeof exportData>): Result<Vault> {
  const all = accounts.flatMap(({ attrs, vaults }) =>
    (vaults ?? []).flatMap((vault) => {
      const account = attrs?.accountName ?? attrs?.name ?? ''
      const folder = [...(accounts.length > 1 && account !== '' ? [account] : []), vault.attrs?.name ?? ''].filter(
        (name) => name !== '',
      )
      return (vault.items ?? []).map((item) => ({ item, folder }))
    }),
  )
  if (all.length > limits.entries) return beyond('the number of its entries', String(limits.entries))
  const isAside = ({ item }: { readonly item: OnePasswordItem }): boolean =>
    item.state === 'archived' || item.trashed === true
  const aside = all.filter(isAside).length
  return ok({
    entries: all.flatMap((each, index) =>
      isAside(each) ? [] : [entryOf(each.item, each.folder, `entry ${index + 1}`)],
    ),
    notes: aside === 0 ? [] : [`${aside === 1 ? 'an archived entry' : `${aside} archived entries`}: not taken`],
  })
}
