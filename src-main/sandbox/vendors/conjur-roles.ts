import type { NewPrincipal, Principal, Registry } from '../principals.ts'

/** Conjur's names for a role: `alice` or `host/ci/build` to log in, `user:alice` or `host:ci/build` in a query. */
export const account = 'myorg'

export const isHost = (login: string): boolean => login.startsWith('host/')

/** `myorg:host:ci/build` */
export const fullId = (login: string): string =>
  isHost(login) ? `${account}:host:${login.slice('host/'.length)}` : `${account}:user:${login}`

export type RoleQuery =
  | { readonly kind: 'self' }
  | { readonly kind: 'malformed' }
  /** Groups, layers and policies have no credentials. */
  | { readonly kind: 'no-credentials' }
  | { readonly kind: 'role'; readonly role: Principal | null }

/** What `?role=` means: kind:id, or account:kind:id. */
export function readRole(role: string | null, registry: Registry): RoleQuery {
  if (role === null) return { kind: 'self' }
  const parts = role.split(':')
  const [where, kind, ...id] = parts.length === 2 ? [account, ...parts] : parts
  const name = id.join(':')
  if (where === undefined || kind === undefined || name === '') return { kind: 'malformed' }
  if (where !== account) return { kind: 'role', role: null }
  if (['group', 'layer', 'policy', 'webservice', 'variable'].includes(kind)) return { kind: 'no-credentials' }
  if (kind === 'user') return { kind: 'role', role: isHost(name) ? null : registry.byName(name) }
  return { kind: 'role', role: kind === 'host' ? registry.byName(`host/${name}`) : null }
}

/** A user has a password too; a host has its key only. */
export const role = (login: string, rights: Principal['rights'], password: string | null): NewPrincipal => ({
  name: login,
  inputs: { account, login },
  rights,
  password: isHost(login) ? null : password,
})
