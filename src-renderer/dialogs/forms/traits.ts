/** What a form holds of a credential, and what of it the app is asked for. */
import type { CredentialView } from '../../../src-contract/views.ts'
import type { InputOf } from '../../../src-contract/operations.ts'
import { wordsOf } from '../../ui/words.ts'
import { inputField, type FieldError } from './field-of.ts'

export type Draft = {
  readonly name: string
  readonly label: string
  readonly inputs: Readonly<Record<string, string>>
  readonly baseUrl: string
  readonly operator: string
  readonly tags: string
  readonly usedBy: string
  readonly expiresAt: string
  readonly maxAgeDays: string
  readonly caPem: string
  readonly pinSha256: string
}

export const emptyDraft: Draft = {
  name: '',
  label: '',
  inputs: {},
  baseUrl: '',
  operator: '',
  tags: '',
  usedBy: '',
  expiresAt: '',
  maxAgeDays: '',
  caPem: '',
  pinSha256: '',
}

export const draftOf = (credential: CredentialView): Draft => ({
  ...emptyDraft,
  name: credential.name,
  label: credential.label ?? '',
  inputs: credential.inputs,
  baseUrl: credential.baseUrl ?? '',
  operator: credential.operator ?? '',
  tags: credential.tags.join(', '),
  usedBy: credential.usedBy.join(', '),
  expiresAt: credential.expiresAt?.slice(0, 10) ?? '',
  maxAgeDays: credential.maxAgeDays === null ? '' : String(credential.maxAgeDays),
})

const filled = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value.trim() !== ''))

type Asked = Omit<InputOf<'credential.add'>, 'vendor' | 'name' | 'secret' | 'secretInputs' | 'adopt' | 'unproven'>

/** Empty fields are left out; a date is the end of that day, UTC. */
export function askedOf(draft: Draft): Asked {
  const days = Number(draft.maxAgeDays)
  const pin = draft.pinSha256
    .toLowerCase()
    .replace(/^sha256:/, '')
    .replace(/[^0-9a-f]/g, '')
  return {
    ...(draft.label.trim() === '' ? {} : { label: draft.label.trim() }),
    inputs: filled(draft.inputs),
    ...(draft.baseUrl.trim() === '' ? {} : { baseUrl: draft.baseUrl.trim() }),
    ...(draft.operator.trim() === '' ? {} : { operator: draft.operator.trim() }),
    ...(draft.caPem.trim() === '' ? {} : { caPem: draft.caPem }),
    ...(pin === '' ? {} : { pinSha256: pin }),
    tags: [...wordsOf(draft.tags)],
    usedBy: [...wordsOf(draft.usedBy)],
    ...(draft.expiresAt === '' ? {} : { expiresAt: `${draft.expiresAt}T23:59:59.000Z` }),
    ...(draft.maxAgeDays === '' || !Number.isInteger(days) ? {} : { maxAgeDays: days }),
  }
}

/** What changed between a credential and its form, as `credential.edit` takes it; null if nothing did. */
export function editOf(
  credential: CredentialView,
  draft: Draft,
  secretInputs: Record<string, string> = {},
): InputOf<'credential.edit'> | null {
  const was = draftOf(credential)
  const asked = askedOf(draft)
  const tags = wordsOf(draft.tags)
  const removeTags = credential.tags.filter((tag) => !tags.includes(tag))
  const addTags = tags.filter((tag) => !credential.tags.includes(tag))
  const inputs = Object.fromEntries(
    Object.entries(asked.inputs ?? {}).filter(([name, value]) => was.inputs[name] !== value),
  )
  const change: InputOf<'credential.edit'> = {
    name: credential.name,
    ...(draft.label !== was.label ? { label: draft.label.trim() } : {}),
    ...(Object.keys(inputs).length > 0 ? { inputs } : {}),
    ...(Object.keys(secretInputs).length > 0 ? { secretInputs } : {}),
    ...(draft.baseUrl !== was.baseUrl && asked.baseUrl !== undefined ? { baseUrl: asked.baseUrl } : {}),
    ...(draft.operator !== was.operator && asked.operator !== undefined ? { operator: asked.operator } : {}),
    ...(asked.caPem === undefined ? {} : { caPem: asked.caPem }),
    ...(asked.pinSha256 === undefined ? {} : { pinSha256: asked.pinSha256 }),
    ...(addTags.length > 0 ? { tags: addTags } : {}),
    ...(removeTags.length > 0 ? { removeTags } : {}),
    ...(draft.usedBy !== was.usedBy ? { usedBy: asked.usedBy } : {}),
    ...(draft.expiresAt !== was.expiresAt
      ? asked.expiresAt === undefined
        ? { clearExpiresAt: true }
        : { expiresAt: asked.expiresAt }
      : {}),
    ...(draft.maxAgeDays !== was.maxAgeDays && asked.maxAgeDays !== undefined ? { maxAgeDays: asked.maxAgeDays } : {}),
  }
  return Object.keys(change).length > 1 ? change : null
}

/** What the app can change but not empty: such a wish is said at its field instead of being lost. Null if there is none. */
export function cannotEmpty(credential: CredentialView, draft: Draft): FieldError | null {
  const was = draftOf(credential)
  const usedBy = wordsOf(draft.usedBy)
  if (credential.usedBy.some((place) => !usedBy.includes(place)))
    return { field: 'usedBy', text: `Places can be added here, not taken off: ${was.usedBy}` }
  if (was.maxAgeDays !== '' && !(Number(draft.maxAgeDays) > 0))
    return { field: 'maxAgeDays', text: 'Give a number of days; it cannot be emptied.' }
  if (was.operator !== '' && draft.operator === '')
    return { field: 'operator', text: 'Another key can take its place; it cannot be left out.' }
  if (was.baseUrl !== '' && draft.baseUrl.trim() === '')
    return { field: 'baseUrl', text: 'Give an address; it cannot be emptied.' }
  const input = Object.keys(was.inputs).find((name) => (draft.inputs[name] ?? '').trim() === '')
  return input === undefined ? null : { field: inputField(input), text: 'Give a value; it cannot be emptied.' }
}
