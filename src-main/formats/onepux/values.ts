/** The kinds of value that 1Password's fields have, as text; what has none is named as left. */
import type { VaultEntry, VaultField } from '../define-format.ts'
import type { OnePasswordField } from './define-items.ts'

export type Left = VaultEntry['left'][number]

const SECRET_KINDS: ReadonlySet<string> = new Set(['concealed', 'totp', 'creditCardNumber'])
const TEXT_KINDS: ReadonlySet<string> = new Set(['string', 'url', 'phone', 'menu', 'gender', 'creditCardType'])

/** Pushes to `left` what cannot be a field. */
export function fieldsOf({ title, id, value }: OnePasswordField, section: string, left: Left[]): readonly VaultField[] {
  const own = title || id || ''
  const name = section === '' ? own : `${section}: ${own}`
  return Object.entries(value ?? {}).flatMap(([kind, held]): readonly VaultField[] => {
    if (held === null || held === undefined || held === '') return []
    if (kind === 'file') {
      left.push({ what: `attachment ${partOf(held, 'fileName')}`.trim(), why: 'Rekey keeps keys, not files' })
      return []
    }
    if (kind === 'reference') {
      left.push({ what: `a link to another item, ${name}`, why: 'entries stand for themselves here' })
      return []
    }
    if (kind === 'ssoLogin') {
      left.push({ what: `how it signs in elsewhere, ${name}`, why: 'Rekey fills in no forms' })
      return []
    }
    if (kind === 'sshKey') return sshKey(name, held)
    const text = textOf(kind, held)
    // A kind that is not known here may hide anything.
    return [{ name, value: text ?? JSON.stringify(held), isSecret: SECRET_KINDS.has(kind) || text === null }]
  })
}

/** Names of what hides something that is no key, or may be anything: a seed of codes, a card's number. */
export const noKeysIn = (field: OnePasswordField, section: string): readonly string[] =>
  Object.keys(field.value ?? {}).every((kind) => kind === 'concealed')
    ? []
    : fieldsOf(field, section, []).flatMap(({ name, isSecret }) => (isSecret ? [name] : []))

function textOf(kind: string, held: unknown): string | null {
  if (kind === 'email') return typeof held === 'string' ? held : partOf(held, 'email_address')
  if (kind === 'address')
    return ['street', 'zip', 'city', 'state', 'country']
      .map((part) => partOf(held, part))
      .filter((part) => part !== '')
      .join(', ')
  if (typeof held === 'number' && kind === 'date') return dayOf(held)
  if (typeof held === 'number' && kind === 'monthYear')
    return `${Math.floor(held / 100)}-${String(held % 100).padStart(2, '0')}`
  return typeof held === 'string' && (TEXT_KINDS.has(kind) || SECRET_KINDS.has(kind)) ? held : null
}

function dayOf(seconds: number): string | null {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 10)
}

const partOf = (held: unknown, name: string): string => {
  const part: unknown = typeof held === 'object' && held !== null ? Reflect.get(held, name) : undefined
  return typeof part === 'string' ? part : ''
}

function sshKey(name: string, held: unknown): readonly VaultField[] {
  const metadata: unknown = typeof held === 'object' && held !== null ? Reflect.get(held, 'metadata') : undefined
  const parts = [
    {
      name: `${name}: private key`,
      value: partOf(held, 'privateKey') || partOf(metadata, 'privateKey'),
      isSecret: true,
    },
    { name: `${name}: public key`, value: partOf(metadata, 'publicKey'), isSecret: false },
    { name: `${name}: fingerprint`, value: partOf(metadata, 'fingerprint'), isSecret: false },
  ]
  return parts.filter(({ value }) => value !== '')
}
