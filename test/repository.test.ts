import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { listTree } from './architecture/source-file.ts'
import { machinePaths, realLookingSecrets, registryNames } from './repository/leaks.ts'
import {
  foreignLicences,
  type LockFile,
  platformGaps,
  reached,
  resolvedAddresses,
  unheldPackages,
  withInstallScript,
} from './repository/lock-file.ts'

/** What may be committed. test/repository/*.test.ts shows that each check can fail. */

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const lock = JSON.parse(read('package-lock.json')) as LockFile
const manifest = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** What git has or would add; all files where this is not a checkout. */
function committedFiles(): string[] {
  if (!existsSync(join(root, '.git'))) return listTree(root, '.').files
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)))
}

const isBinary = (path: string): boolean => /\.(png|ico|icns|kdbx|woff2?)$/.test(path)
const committed = committedFiles()
const findings = (find: (text: string) => readonly string[], except: readonly string[] = []): string[] =>
  committed
    .filter((path) => !isBinary(path) && !except.includes(path))
    .flatMap((path) => find(read(path)).map((found) => `${path}: ${found}`))

describe('the lock file', () => {
  it('names no address a package was downloaded from', () => {
    expect(resolvedAddresses(lock)).toEqual([])
  })

  it('has every platform of every package with binaries', () => {
    expect(platformGaps(lock)).toEqual([])
  })

  it('has only licences that an MIT product may ship', () => {
    const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
    expect(shipped.length).toBeGreaterThan(5)
    expect(
      foreignLicences(lock, ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', '(MIT OR CC0-1.0)']),
    ).toEqual([])
  })

  it('holds the bytes of every package by a hash', () => {
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100)
    expect(unheldPackages(lock)).toEqual([])
  })

  it('lets no package run a program at install but those that were looked at', () => {
    const looked = ['node_modules/electron-winstaller', 'node_modules/keytar', 'node_modules/node']
    expect(withInstallScript(lock)).toEqual(looked)
  })

  it('gives a bill of materials without a network: of all that is shipped, with its hash, and of no tool', () => {
    const bill = JSON.parse(
      execFileSync(process.execPath, ['scripts/sbom.ts'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }),
    ) as {
      readonly components: readonly {
        readonly 'bom-ref': string
        readonly version: string
        readonly hashes?: readonly object[]
      }[]
      readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
    }
    const listed = bill.components.map((component) => component['bom-ref'])
    const shipped = reached(lock, Object.keys(manifest.dependencies))
    expect(shipped.length).toBeGreaterThan(50)
    expect(shipped).toEqual(expect.arrayContaining([expect.stringMatching(/^zod@/), expect.stringMatching(/^yaml@/)]))
    expect(shipped.filter((each) => !listed.includes(each))).toEqual([])
    expect(listed).toContainEqual(expect.stringMatching(/^electron@/))
    for (const tool of ['vitest', 'knip', 'oxlint', 'typescript', 'electron-builder'])
      expect(listed.filter((each) => each.startsWith(`${tool}@`))).toEqual([])
    expect(bill.components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([])
    const known = new Set(bill.dependencies.map(({ ref }) => ref))
    expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn.filter((ref) => !known.has(ref)))).toEqual([])
  })

  it('pins the keychain module exactly', () => {
    expect(manifest.dependencies.keytar).toMatch(/^npm:@github\/keytar@\d+\.\d+\.\d+$/)
  })
})

describe('what is committed', () => {
  it('was looked at as a whole', () => {
    expect(committed.length).toBeGreaterThan(100)
  })

  it('names no package registry', () => {
    expect(findings(registryNames)).toEqual([])
  })

  it('holds no path of somebody’s machine', () => {
    expect(findings(machinePaths)).toEqual([])
  })

  it('holds nothing that looks like a real secret', () => {
    expect(findings(realLookingSecrets, ['package-lock.json'])).toEqual([])
  })

  it('ends every text file with a newline and has no conflict mark', () => {
    const wrong = (text: string): string[] => [
      ...(text !== '' && !text.endsWith('\n') ? ['does not end with a newline'] : []),
      ...(/^(<{7}|>{7}) /m.test(text) ? ['has a conflict mark'] : []),
    ]
    expect(
      findings(
        wrong,
        committed.filter((path) => path.startsWith('test/fixtures/')),
      ),
    ).toEqual([])
  })
})

describe('the commands the documents name', () => {
  const documents = committed.filter((path) => path.endsWith('.md')).map(read)

  it('exist in package.json', () => {
    const named = documents
      .flatMap((text) => [...text.matchAll(/npm (?:run (?:-s )?([a-z][a-z:-]*)|(test|start))/g)])
      .map(([, run, short]) => run ?? short ?? '')
    expect(named).toEqual(expect.arrayContaining(['test', 'start', 'check']))
    expect([...new Set(named)].filter((name) => !(name in manifest.scripts))).toEqual([])
  })

  it('exist in the command line', () => {
    const help = execFileSync(process.execPath, [join(root, 'dist/cli.js'), '--help'], { encoding: 'utf8' })
    const named = documents
      .flatMap((text) => [...text.matchAll(/^(?:\$ )?(?:npx )?rekey ([a-z][a-z-]*)/gm)])
      .map(([, command]) => command ?? '')
    expect(named).toEqual(expect.arrayContaining(['add', 'rotate', 'list', 'recover']))
    expect([...new Set(named)].filter((name) => !new RegExp(`^\\s+${name}\\b`, 'm').test(help))).toEqual([])
  })
})
