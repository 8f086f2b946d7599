/**
 * What Bitwarden has no place for goes along as custom fields that a person can read there: tags and expiry in clear,
 * Rekey's own knowledge hidden. A field of that name with anything else in it is a field like any other.
 */
import { z } from 'zod'
import type { VaultEntry, VaultField } from '../define-format.ts'
import { TRAITS_FIELD, traitsOf, traitsText, withTraits } from '../define-traits.ts'

const TAGS_FIELD = 'rekey tags'
const EXPIRY_FIELD = 'rekey expires'

type Own = Pick<VaultEntry, 'tags' | 'expiresAt' | 'rekey'>

export function ownFields({ tags, expiresAt, rekey }: Own): readonly VaultField[] {
  return [
    ...(tags.length === 0 ? [] : [{ name: TAGS_FIELD, value: JSON.stringify(tags), isSecret: false }]),
    ...(expiresAt === null ? [] : [{ name: EXPIRY_FIELD, value: expiresAt, isSecret: false }]),
    ...(rekey === null ? [] : [{ name: TRAITS_FIELD, value: traitsText(rekey), isSecret: true }]),
  ]
}

/** Whether a reader would take a field for one of these. */
export const isOwn = (field: VaultField): boolean =>
  (field.name === TRAITS_FIELD && traitsOf(field.value) !== null) || tagsOf(field) !== null || expiryOf(field) !== null

/** Takes them out of the fields of an entry. */
export function withOwn(fields: readonly VaultField[]): Own & { readonly fields: readonly VaultField[] } {
  const tags = fields.find((field) => tagsOf(field) !== null)
  const expiry = fields.find((field) => expiryOf(field) !== null)
  const rest = fields.filter((field) => field !== tags && field !== expiry)
  return {
    tags: (tags && tagsOf(tags)) ?? [],
    expiresAt: (expiry && expiryOf(expiry)) ?? null,
    ...withTraits(rest),
  }
}

function tagsOf({ name, value }: VaultField): readonly string[] | null {
  if (name !== TAGS_FIELD || !value.startsWith('["')) return null
  try {
    const parsed = z.array(z.string()).safeParse(JSON.parse(value))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

function expiryOf({ name, value }: VaultField): string | null {
  return name === EXPIRY_FIELD && z.iso.datetime().safeParse(value).success ? value : null
}
