import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire, FuseState } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A dry pack over a stand-in for Electron's own files: what goes into app.asar, and which fuses are flipped. */
const root = join(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'rekey-pack-'))
const unpacked = join(folder, 'linux-unpacked')
let files: readonly string[] = []

/** The bytes that the fuse tools look for: a sentinel, a version, a length, and a state for each fuse. */
function stubElectron(): string {
  const dist = join(folder, 'electron')
  for (const part of ['locales', 'resources']) mkdirSync(join(dist, part), { recursive: true })
  const wire = Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 9]),
    Buffer.from('110010011'),
  ])
  writeFileSync(join(dist, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]))
  chmodSync(join(dist, 'electron'), 0o755)
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak'])
    writeFileSync(join(dist, file), '')
  return dist
}

beforeAll(() => {
  const packed = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/electron-builder/cli.js'),
      '--linux',
      'dir',
      '--publish',
      'never',
      `-c.electronDist=${stubElectron()}`,
      `-c.directories.output=${folder}`,
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: '/nonexistent' } },
  )
  if (packed.status !== 0) throw new Error(`${packed.stdout}${packed.stderr}`)
  files = listPackage(join(unpacked, 'resources/app.asar'), { isPack: false })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what is packed', () => {
  it('has the main entry, the preload, the window, the keychain’s process and the tray', () => {
    for (const file of [
      '/package.json',
      '/dist/electron/main.js',
      '/dist/electron/preload.cjs',
      '/dist/renderer/index.html',
      '/dist/keychain-child.js',
      '/assets/tray/tray.png',
    ])
      expect(files).toContain(file)
    expect(files.some((file) => /^\/dist\/renderer\/assets\/.*\.js$/.test(file))).toBe(true)
  })

  it('has no source, test, map, secret or tool', () => {
    const foreign = files.filter(
      (file) =>
        /^\/(src-|test|scripts|bench|docs|release|\.)|\.map$|\.env|\/cli\.js$|\.ts$/.test(file) &&
        !file.endsWith('.d.ts'),
    )
    expect(foreign).toEqual([])
  })

  it('has no package but the two that cannot be bundled, and their binaries outside the archive', () => {
    const packages = new Set(files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))
    const scopes = [...packages].filter((name) => !name.startsWith('@') || name.includes('/'))
    expect(scopes.filter((name) => name !== 'keytar' && !name.startsWith('@node-rs/argon2'))).toEqual([])
    const natives = readdirSync(join(unpacked, 'resources/app.asar.unpacked'), { recursive: true }).filter((file) =>
      String(file).endsWith('.node'),
    )
    expect(natives.some((file) => String(file).includes('keytar'))).toBe(true)
    expect(natives.some((file) => String(file).includes('argon2'))).toBe(true)
  })

  it('cannot be run as Node, debugged, or made to load another app', async () => {
    const binary = join(unpacked, 'rekey-desktop')
    expect(existsSync(binary)).toBe(true)
    const wire = await getCurrentFuseWire(binary)
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ]
    const on = [
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
    ]
    expect(off.map((fuse) => wire[fuse])).toEqual(off.map(() => FuseState.DISABLE))
    expect(on.map((fuse) => wire[fuse])).toEqual(on.map(() => FuseState.ENABLE))
  })
})
