/**
 * `npm run -s sbom`: what is shipped, as a CycloneDX bill of materials on standard output. It is made from the lock file
 * alone, without a network. npm's own `--omit dev` leaves out each package that a tool of ours needs too (zod, yaml): it
 * looks at who asks for a package, not at whether one that asks is shipped. The lock file knows; Electron comes in the
 * desktop's package though it is no dependency.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Locked = {
  readonly name?: string
  readonly version?: string
  readonly dev?: boolean
}
type Lock = { readonly packages: Readonly<Record<string, Locked>> }
type Bill = {
  readonly components: readonly { readonly 'bom-ref': string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

const packed: ReadonlySet<string> = new Set(['node_modules/electron'])

/** `name@version` of everything that is shipped. */
export const shippedPackages = ({ packages }: Lock): ReadonlySet<string> =>
  new Set(
    Object.entries(packages).flatMap(([path, { name, version, dev }]) =>
      path === '' || (dev === true && !packed.has(path))
        ? []
        : [`${name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version ?? ''}`],
    ),
  )

/** The bill with nothing in it but that; `ours` is the product itself. */
export function shippedBill<B extends Bill>(bill: B, lock: Lock, ours: string): B {
  const shipped = new Set([...shippedPackages(lock), ours])
  return {
    ...bill,
    components: bill.components.filter((component) => shipped.has(component['bom-ref'])),
    dependencies: bill.dependencies
      .filter(({ ref }) => shipped.has(ref))
      .map((each) => ({ ...each, dependsOn: (each.dependsOn ?? []).filter((ref) => shipped.has(ref)) })),
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only', '--offline']
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    process.stderr.write(stderr)
    process.exit(1)
  }
  const { name, version, ...lock } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock & {
    readonly name: string
    readonly version: string
  }
  process.stdout.write(
    `${JSON.stringify(shippedBill(JSON.parse(stdout) as Bill, lock, `${name}@${version}`), null, 2)}\n`,
  )
}
