/**
 * Ten thousand credentials repeat themselves: vendors, addresses, dates, empty lists. What is equal is kept once, so that a
 * long list weighs little. Views are never changed in place, which makes that safe.
 */
import type { CredentialView } from '../../src-contract/views.ts'

export function compactor(): (credential: CredentialView) => CredentialView {
  const texts = new Map<string, string>()
  const lists = new Map<string, readonly string[]>()
  const records = new Map<string, Readonly<Record<string, string>>>()
  const text = <T extends string | null>(value: T): T => {
    if (value === null) return value
    const known = texts.get(value)
    if (known === undefined) texts.set(value, value)
    return (known ?? value) as T
  }
  const once = <T extends object>(kept: Map<string, T>, value: T): T => {
    const key = JSON.stringify(value)
    const known = kept.get(key)
    if (known === undefined) kept.set(key, value)
    return known ?? value
  }
  return (credential) => ({
    ...credential,
    vendor: text(credential.vendor),
    baseUrl: text(credential.baseUrl),
    inputs: once(records, credential.inputs),
    operator: text(credential.operator),
    tags: once(lists, credential.tags) as string[],
    usedBy: once(lists, credential.usedBy) as string[],
    store: text(credential.store),
    state: text(credential.state),
    createdAt: text(credential.createdAt),
    rotatedAt: text(credential.rotatedAt),
    verifiedAt: text(credential.verifiedAt),
    expiresAt: text(credential.expiresAt),
  })
}

const isSame = (a: CredentialView, b: CredentialView): boolean =>
  (Object.keys(a) as (keyof CredentialView)[]).every((key) =>
    key === 'openRotation' ? JSON.stringify(a[key]) === JSON.stringify(b[key]) : a[key] === b[key],
  )

/** The new list, with the old objects wherever nothing changed; the old list itself where nothing did at all. */
export function merged(
  was: readonly CredentialView[],
  wasByName: ReadonlyMap<string, CredentialView>,
  next: readonly CredentialView[],
): readonly CredentialView[] {
  const all = next.map((credential) => {
    const known = wasByName.get(credential.name)
    return known !== undefined && isSame(known, credential) ? known : credential
  })
  return all.length === was.length && all.every((credential, at) => credential === was[at]) ? was : all
}
