/** What package-lock.json says of one package. */
type LockedPackage = {
  /** Where it is not the path's own: an alias. */
  readonly name?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly integrity?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly version?: string
  readonly resolved?: string
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
export type LockFile = { readonly packages: Readonly<Record<string, LockedPackage>> }

/** Addresses of downloads tie a lock file to one registry; integrity hashes are enough. */
export const resolvedAddresses = ({ packages }: LockFile): string[] =>
  Object.entries(packages).flatMap(([path, { resolved }]) => (resolved === undefined ? [] : [`${path}: ${resolved}`]))

/** Where Node would look for `name` from the package at `path`, nearest first. */
function candidates(path: string, name: string): string[] {
  const found: string[] = []
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    found.push(`${at}/node_modules/${name}`)
    if (!at.includes('/node_modules/')) return [...found, `node_modules/${name}`]
  }
}

/**
 * Binaries that come as one optional package a platform can be missing from a lock file written on another platform; then
 * `npm ci` refuses it there. Every optional dependency that an installed package names must have its entry.
 */
export const platformGaps = ({ packages }: LockFile): string[] =>
  Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !candidates(path, name).some((candidate) => candidate in packages))
      .map((name) => `${path || '(root)'} names ${name}, which the lock file does not have`),
  )

/** `name@version` of all that these need, walked as Node walks it, whatever the lock file calls them; what no machine had is left out. */
export function reached({ packages }: LockFile, names: readonly string[]): string[] {
  const found = new Set<string>()
  const walk = (path: string): void => {
    if (found.has(path)) return
    found.add(path)
    const { dependencies, optionalDependencies, peerDependencies } = packages[path] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const at = candidates(path, name).find((candidate) => candidate in packages)
      if (at !== undefined) walk(at)
    }
  }
  for (const name of names) walk(`node_modules/${name}`)
  return [...found].map((path) => {
    const { name, version } = packages[path] ?? {}
    return `${name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version ?? ''}`
  })
}

/** Packages that ship with the product, whose licence is not in the list. */
export const foreignLicences = ({ packages }: LockFile, allowed: readonly string[]): string[] =>
  Object.entries(packages).flatMap(([path, { dev, license }]) =>
    path === '' || dev === true || (license !== undefined && allowed.includes(license))
      ? []
      : [`${path}: ${license ?? 'no licence'}`],
  )

/** Packages whose bytes `npm ci` would take as they come: no hash, or one that can be forged. */
export const unheldPackages = ({ packages }: LockFile): string[] =>
  Object.entries(packages).flatMap(([path, { integrity, link }]) =>
    path === '' || link === true || /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')
      ? []
      : [`${path}: ${integrity ?? 'no integrity'}`],
  )

/** Packages that run a program of theirs while they are installed. */
export const withInstallScript = ({ packages }: LockFile): string[] =>
  Object.entries(packages).flatMap(([path, { hasInstallScript }]) => (hasInstallScript === true ? [path] : []))
