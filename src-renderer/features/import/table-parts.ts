/** What a column of a table can be, in words. What a person meets most comes first. */
export const tableParts = [
  'text',
  'secret',
  'name',
  'account',
  'vendor',
  'url',
  'tags',
  'notes',
  'folder',
  'created',
  'expires',
  'totp',
  'none',
] as const

const words: Readonly<Record<string, string>> = {
  text: 'Kept as text',
  secret: 'The key',
  name: 'Its name',
  account: 'Its account',
  vendor: 'Its vendor',
  url: 'Its address',
  tags: 'Tags',
  notes: 'Notes',
  folder: 'Its folder',
  created: 'Made on',
  modified: 'Changed on',
  expires: 'Expires on',
  totp: 'One-time code',
  fields: 'Further fields',
  rekey: 'What Rekey knew',
  none: 'Left in the file',
}

export const partWord = (part: string): string => words[part] ?? part
