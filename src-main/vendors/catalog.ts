/** The vendor files built in, by id: each file of catalog/ is called after the vendor it describes. */
const files = import.meta.glob<string>('./catalog/*.yaml', { query: '?raw', import: 'default', eager: true })

export const catalogTexts: ReadonlyMap<string, string> = new Map(
  Object.entries(files).map(([path, text]) => [path.replace(/^.*\/|\.yaml$/g, ''), text]),
)

/** Ids that a user's file may not take: those built in, and the one for vendors without a file. */
export const reservedIds: ReadonlySet<string> = new Set([...catalogTexts.keys(), 'other'])
