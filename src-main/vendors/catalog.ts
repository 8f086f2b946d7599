import type { VendorFile } from './define-vendor.ts'

/** The vendor files built in, by id: each file of catalog/ is called after the vendor it describes. */
const texts = import.meta.glob<string>('./catalog/*.yaml', { query: '?raw', import: 'default', eager: true })
const files = import.meta.glob<VendorFile>('./catalog/*.yaml', { query: '?parsed', import: 'default', eager: true })

const byId = <T>(found: Readonly<Record<string, T>>): ReadonlyMap<string, T> =>
  new Map(Object.entries(found).map(([path, value]) => [path.replace(/^.*\/|\.yaml$/g, ''), value]))

export const catalogTexts: ReadonlyMap<string, string> = byId(texts)

/** Parsed and checked when Rekey was built (scripts/parsed-vendor-files.ts). */
export const catalogFiles: ReadonlyMap<string, VendorFile> = byId(files)

/** Ids that a user's file may not take: those built in, and the one for vendors without a file. */
export const reservedIds: ReadonlySet<string> = new Set([...catalogTexts.keys(), 'other'])
