import { posix } from 'node:path'
import type { Import, SourceFile } from './source-file.ts'

/**
 * Which way the parts of Rekey may know of each other (docs/architecture.md has the same table). A file in no zone, an
 * import that leaves its zone's list, a package nobody allowed, and a specifier that cannot be read are violations.
 */

type Target = {
  readonly path: string
  /** True where only types cross, which leaves nothing at run time. */
  readonly isType: boolean
}
type Zone = {
  readonly name: string
  readonly folder: string
  readonly mayImport: (target: Target, from: string) => boolean
  readonly packages: readonly string[]
  /** Or the modules of Node that it may use. */
  readonly hasNode: boolean | readonly string[]
}

const within = (path: string, ...folders: string[]): boolean => folders.some((folder) => path.startsWith(`${folder}/`))
const contract = ({ path }: Target): boolean => within(path, 'src-contract')
/** Beside core's types, only the two files with values that belong to the ports themselves. */
const corePorts = ({ path, isType }: Target): boolean =>
  within(path, 'src-main/core') && (isType || path === 'src-main/core/ports.ts' || path === 'src-main/core/secret.ts')
/** `src-main/adapters/http/…` → `src-main/adapters/http`. */
const family = (path: string): string => path.split('/').slice(0, 3).join('/')
/** `src-main/formats/kdbx/read.ts` and `src-main/formats/kdbx.ts` → `src-main/formats/kdbx`. */
const formatFamily = (path: string): string => path.replace(/\.ts$/, '').split('/').slice(0, 3).join('/')
const isCommonToHosts = (path: string): boolean => /^src-main\/hosts\/[^/]+\.ts$/.test(path)
/** The one place where hosts meet: the command's entry, which hands the browser host to the command line. */
const isEntry = (path: string): boolean => path === 'src-main/hosts/rekey.ts'

export const zones: readonly Zone[] = [
  { name: 'contract', folder: 'src-contract', mayImport: contract, packages: ['zod'], hasNode: false },
  {
    name: 'core',
    folder: 'src-main/core',
    mayImport: (target) => contract(target) || within(target.path, 'src-main/core'),
    packages: [],
    hasNode: false,
  },
  {
    name: 'vendors',
    folder: 'src-main/vendors',
    mayImport: (target) =>
      contract(target) || (target.isType && corePorts(target)) || within(target.path, 'src-main/vendors'),
    packages: ['zod', 'yaml'],
    hasNode: false,
  },
  {
    // Bytes in, entries out: a format knows the shape they share (define-*) and its own folder, never another format.
    name: 'formats',
    folder: 'src-main/formats',
    mayImport: (target, from) =>
      contract(target) ||
      /^src-main\/formats\/define-[a-z-]+\.ts$/.test(target.path) ||
      within(target.path, formatFamily(from)) ||
      (from === 'src-main/formats/catalog.ts' && within(target.path, 'src-main/formats')),
    packages: [
      '@node-rs/argon2',
      '@noble/hashes',
      'age-encryption',
      'csv-parse',
      'csv-stringify',
      'dotenv',
      'fflate',
      'kdbxweb',
      'saxes',
      'yaml',
      'zod',
    ],
    hasNode: ['node:buffer', 'node:crypto', 'node:zlib'],
  },
  {
    name: 'adapters',
    folder: 'src-main/adapters',
    // Cryptography has one home that every family may use; a courier's two ends share the words they speak.
    mayImport: (target, from) =>
      contract(target) ||
      corePorts(target) ||
      within(target.path, family(from), 'src-main/adapters/crypto') ||
      (within(from, 'src-main/adapters/courier') && target.path === 'src-main/courier/protocol.ts'),
    packages: ['keytar', '@node-rs/argon2', 'ulid', 'diff'],
    hasNode: true,
  },
  {
    name: 'courier',
    folder: 'src-main/courier',
    mayImport: (target) =>
      contract(target) ||
      corePorts(target) ||
      within(target.path, 'src-main/courier', 'src-main/adapters/escrow') ||
      // How a connection is opened and spoken to; never the client that verify and probe use.
      (within(target.path, 'src-main/adapters/http') && !/\/(exchange|wire)\.ts$/.test(target.path)),
    packages: [],
    hasNode: true,
  },
  {
    name: 'app',
    folder: 'src-main/app',
    mayImport: (target) =>
      contract(target) ||
      within(target.path, 'src-main/core', 'src-main/vendors', 'src-main/app') ||
      // what a vault holds, not how a file of it is read
      (target.isType && within(target.path, 'src-main/formats')),
    packages: ['zod'],
    hasNode: false,
  },
  {
    name: 'sandbox',
    folder: 'src-main/sandbox',
    mayImport: (target) => contract(target) || within(target.path, 'src-main/sandbox'),
    packages: [],
    hasNode: true,
  },
  {
    // What every host needs to wire adapters to the app, in files that stand directly in hosts/.
    name: 'hosts',
    folder: 'src-main/hosts',
    mayImport: (target, from) =>
      contract(target) ||
      corePorts(target) ||
      within(target.path, 'src-main/adapters', 'src-main/app', 'src-main/sandbox', 'src-main/formats') ||
      isCommonToHosts(target.path) ||
      (isEntry(from) && within(target.path, 'src-main/hosts/cli', 'src-main/hosts/web')),
    packages: [],
    hasNode: true,
  },
  {
    // The window: only what crosses the boundary, and of that nothing that validates.
    name: 'renderer',
    folder: 'src-renderer',
    mayImport: (target) =>
      within(target.path, 'src-renderer') ||
      (contract(target) &&
        (target.isType || !/\/(operations|views|vault-views|window-views|exchange)\.ts$/.test(target.path))),
    packages: [
      'react',
      'react-dom',
      'zustand',
      '@base-ui/react',
      '@tanstack/react-virtual',
      '@zxcvbn-ts/core',
      '@zxcvbn-ts/language-common',
    ],
    hasNode: false,
  },
  ...(['cli', 'web', 'electron'] as const).map((host): Zone => ({
    name: `hosts/${host}`,
    folder: `src-main/hosts/${host}`,
    mayImport: (target) =>
      contract(target) ||
      corePorts(target) ||
      isCommonToHosts(target.path) ||
      within(target.path, 'src-main/adapters', 'src-main/app', 'src-main/sandbox', `src-main/hosts/${host}`) ||
      // the app's own binary is its courier, too
      (host === 'electron' && /^src-main\/courier\/(process|serve)\.ts$/.test(target.path)),
    packages: { cli: ['commander'], web: ['hono', '@hono/node-server'], electron: ['electron', 'electron-store'] }[
      host
    ],
    hasNode: true,
  })),
]

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function violation(file: SourceFile, zone: Zone, { specifier, how }: Import): string | null {
  const says = (what: string): string => `${file.path}: ${zone.name} ${what} (${specifier})`
  if (how === 'computed') return says('imports something that cannot be read from the source')
  if (how === 'require') return says('uses require')
  if (specifier.startsWith('node:')) {
    const mayUse = typeof zone.hasNode === 'boolean' ? zone.hasNode : zone.hasNode.includes(specifier)
    return mayUse ? null : says('has no platform but imports Node')
  }
  if (!specifier.startsWith('.')) {
    const bare = specifier.replace(/^!/, '')
    if (bare.startsWith('.')) return violation(file, zone, { specifier: bare, how })
    return zone.packages.includes(packageName(specifier)) ? null : says('may not use this package')
  }
  const path = posix.normalize(posix.join(posix.dirname(file.path), specifier.replace(/\?.*$/, '')))
  if (how !== 'glob' && !/\.(tsx?|css|json|yaml)$/.test(path)) return says('imports without its extension')
  return zone.mayImport({ path, isType: how === 'type' }, file.path) ? null : says('may not import this')
}

/** The innermost zone; `hosts` holds only what is common to hosts, so a new host needs its own line above. */
const zoneOf = (path: string): Zone | undefined =>
  isCommonToHosts(path)
    ? zones.find(({ name }) => name === 'hosts')
    : zones.find(({ name, folder }) => name !== 'hosts' && within(path, folder))

export function directionViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const zone = zoneOf(file.path)
    if (zone === undefined) return [`${file.path}: belongs to no zone`]
    return file.imports.flatMap((found) => violation(file, zone, found) ?? [])
  })
}

/** The files that run when this one does: everything it imports at run time, and what those import. */
export function closureOf(entry: string, files: readonly SourceFile[]): SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const reached = new Set<SourceFile>()
  const reach = (path: string): void => {
    const file = byPath.get(path)
    if (file === undefined) throw new Error(`${path} is not a source file`)
    if (reached.has(file)) return
    reached.add(file)
    for (const { specifier, how } of file.imports) {
      if (how !== 'type' && specifier.startsWith('.')) reach(posix.join(posix.dirname(path), specifier))
    }
  }
  reach(entry)
  return [...reached]
}

/** Packages, Node's own aside, that these files need at run time. */
export const packagesOf = (files: readonly SourceFile[]): string[] =>
  files.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier, how }) => how !== 'type' && !/^(\.|node:)/.test(specifier))
      .map(({ specifier }) => `${path}: ${specifier}`),
  )
