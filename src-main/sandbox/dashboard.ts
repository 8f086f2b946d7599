import type { Key, Principal, Registry } from './principals.ts'

/**
 * What a person does in Userplane's dashboard, as calls. Three keys a user at most; a rotation takes the old one's place;
 * an expiration is one of four, or none.
 */
export const expiryChoices = [null, 7, 30, 60, 90] as const
export type ExpiryDays = (typeof expiryChoices)[number]
export const isExpiryChoice = (value: unknown): value is ExpiryDays => expiryChoices.some((choice) => choice === value)

const maxKeys = 3

/** Ends the principal's current key and gives a new one. */
export function rotateInDashboard(registry: Registry, principal: Principal, expiryDays: ExpiryDays): Key {
  registry.end(principal, principal.key, 0)
  return registry.issue(principal, expiryDays)
}

/** One key more, which becomes the current one; null if the user has three. */
export function createInDashboard(registry: Registry, principal: Principal, expiryDays: ExpiryDays): Key | null {
  return principal.keys.length >= maxKeys ? null : registry.issue(principal, expiryDays)
}

export function disableInDashboard({ key }: Principal, isDisabled: boolean): void {
  key.isDisabled = isDisabled
}
