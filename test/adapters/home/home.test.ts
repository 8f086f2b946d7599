import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  lchownSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { homePath } from '../../../src-main/adapters/home/home-path.ts'
import { openHome } from '../../../src-main/adapters/home/open-home.ts'
import { mountTypeOf, sharedFolderWarnings } from '../../../src-main/adapters/home/shared-folder.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65_534

let base: string
let umask: number
beforeEach(() => {
  umask = process.umask()
  base = realpathSync(mkdtempSync(join(tmpdir(), 'rekey-home-')))
})
afterEach(() => {
  process.umask(umask)
  rmSync(base, { recursive: true, force: true })
})

const refusal = (path: string) => {
  const opened = openHome(path)
  return opened.ok ? null : opened.failure
}
const mode = (path: string): number => statSync(path).mode & 0o777

describe('a new home', () => {
  it('is made closed, with its folders, whatever the umask', () => {
    process.umask(0)
    const path = join(base, 'data', 'rekey')
    const opened = openHome(path)
    if (!opened.ok) throw new Error(opened.failure.code)
    const home = opened.value
    expect(home).toMatchObject({ folder: path, ledgerFile: join(path, 'ledger.sqlite'), warnings: [] })
    for (const folder of [join(base, 'data'), path, home.locksFolder, home.escrowFolder, home.vendorsFolder])
      expect([folder, mode(folder)]).toEqual([folder, 0o700])
    expect(openHome(path)).toEqual(opened)
  })

  it.skipIf(process.platform === 'win32')('sets the umask and remembers the one there was', () => {
    const script = `
      process.umask(0o027)
      const { openHome } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src-main/adapters/home/open-home.ts'))})
      openHome(${JSON.stringify(join(base, 'a'))})
      const { value } = openHome(${JSON.stringify(join(base, 'b'))})
      console.log(value.callerUmask === 0o027 && process.umask() === 0o077)
    `
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(child).toMatchObject({ stdout: 'true\n', stderr: '' })
  })
})

describe.skipIf(process.platform === 'win32')('an unsafe home is refused', () => {
  it.each([0o750, 0o705, 0o777, 0o710, 0o701])('for mode %o, with the command that mends it', (loose) => {
    const path = join(base, 'it is mine')
    openHome(path)
    chmodSync(path, loose)
    const failure = refusal(path)
    expect(failure).toEqual({
      code: 'home-unsafe',
      fields: {
        folder: path,
        why: `other users can open it (mode ${loose.toString(8)})`,
        fix: `chmod 700 '${path}'`,
      },
    })
    expect(mode(path)).toBe(loose)
    spawnSync('sh', ['-c', failure?.fields['fix'] ?? 'false'])
    expect(refusal(path)).toBeNull()
  })

  it('for a loose or linked folder inside', () => {
    const path = join(base, 'rekey')
    openHome(path)
    chmodSync(join(path, 'escrow'), 0o755)
    expect(refusal(path)).toMatchObject({ code: 'home-unsafe', fields: { folder: join(path, 'escrow') } })
    rmSync(join(path, 'escrow'), { recursive: true })
    mkdirSync(join(base, 'elsewhere'))
    symlinkSync(join(base, 'elsewhere'), join(path, 'escrow'))
    expect(refusal(path)).toMatchObject({ code: 'home-unsafe', fields: { why: 'it is a link' } })
  })

  it.skipIf(!isRoot)('for another owner', () => {
    const path = join(base, 'rekey')
    mkdirSync(path, { mode: 0o700 })
    chownSync(path, nobody, nobody)
    expect(refusal(path)).toMatchObject({ code: 'home-unsafe', fields: { why: 'it belongs to another user' } })
  })

  it.skipIf(!isRoot)('behind a link of another owner, anywhere on the way', () => {
    mkdirSync(join(base, 'real'), { mode: 0o700 })
    const link = join(base, 'link')
    symlinkSync(join(base, 'real'), link)
    lchownSync(link, nobody, nobody)
    const why = `${link} is a link that belongs to another user`
    for (const path of [link, join(link, 'rekey'), join(link, 'a', 'b')])
      expect(refusal(path)).toMatchObject({ code: 'home-unsafe', fields: { folder: path, why } })
    symlinkSync(join(link, 'deep'), join(base, 'mine'))
    expect(refusal(join(base, 'mine'))).toMatchObject({ fields: { why } })
    expect(existsSync(join(base, 'real', 'rekey'))).toBe(false)
  })

  it('but not behind a link of our own: the real path is what counts', () => {
    mkdirSync(join(base, 'real'))
    symlinkSync('real', join(base, 'link'))
    expect(openHome(join(base, 'link', 'rekey'))).toMatchObject({
      ok: true,
      value: { folder: join(base, 'real', 'rekey') },
    })
  })

  it('for a file in its place or on the way, and links in a circle', () => {
    writeFileSync(join(base, 'file'), '')
    expect(refusal(join(base, 'file'))).toMatchObject({
      code: 'home-unsafe',
      fields: { why: expect.stringContaining('is not a folder') },
    })
    expect(refusal(join(base, 'file', 'rekey'))?.code).toBe('home-unsafe')
    symlinkSync(join(base, 'b'), join(base, 'a'))
    symlinkSync(join(base, 'a'), join(base, 'b'))
    expect(refusal(join(base, 'a', 'rekey'))).toMatchObject({ fields: { why: 'its links go in a circle' } })
  })

  it('for a name that is too long', () => {
    expect(refusal(join(base, 'x'.repeat(300)))?.code).toBe('home-unsafe')
  })
})

describe('a home that deserves a second thought', () => {
  it.skipIf(process.platform === 'win32')('lies where anybody can replace it', () => {
    const open = join(base, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    const opened = openHome(join(open, 'rekey'))
    expect(opened).toMatchObject({ ok: true, value: { warnings: [`anybody can replace folders inside ${open}`] } })
    chmodSync(open, 0o1777)
    expect(openHome(join(open, 'rekey'))).toMatchObject({ ok: true, value: { warnings: [] } })
  })

  it.each([
    'Dropbox',
    'OneDrive - Example Ltd',
    'GoogleDrive-me@example.com',
    'Mobile Documents',
    'Syncthing',
    'Nextcloud',
  ])('is synced: %s', (name) => {
    const opened = openHome(join(base, name, 'rekey'))
    expect(opened.ok && opened.value.warnings.join()).toContain('another machine may rotate the same keys')
  })

  it('is marked by Syncthing, whatever its name', () => {
    mkdirSync(join(base, '.stfolder'))
    expect(sharedFolderWarnings(base)).toEqual([expect.stringContaining('synced by Syncthing')])
  })

  it('is not one whose name only sounds like it', () => {
    for (const name of ['dropboxer', 'my-onedrive-tool', 'boxes', 'megalith']) {
      mkdirSync(join(base, name))
      expect(sharedFolderWarnings(join(base, name))).toEqual([])
    }
  })

  it('is on a network behind FUSE', () => {
    const mountinfo = [
      '22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/root rw',
      '98 22 0:52 / /mnt/my\\040disk rw shared:2 - fuse.sshfs me@host:/ rw',
      '99 98 0:53 / /mnt/my\\040disk/inner rw - fuse.gocryptfs x rw',
    ].join('\n')
    expect(mountTypeOf('/mnt/my disk/a', mountinfo)).toBe('fuse.sshfs')
    expect(mountTypeOf('/mnt/my disk/inner', mountinfo)).toBe('fuse.gocryptfs')
    expect(mountTypeOf('/mnt/my disks', mountinfo)).toBe('ext4')
  })
})

it('says that a read-only or full disk is one, and leaves nothing', (context) => {
  const disk = join(base, 'disk')
  mkdirSync(disk)
  const mount = (...options: string[]): boolean => spawnSync('mount', options).status === 0
  if (
    !isRoot ||
    process.platform !== 'linux' ||
    !mount('-t', 'tmpfs', '-o', 'size=64k,nr_inodes=2', 'rekey-test', disk)
  )
    return context.skip('needs the right to mount a tmpfs')
  try {
    chmodSync(disk, 0o700)
    expect(refusal(disk)).toMatchObject({ code: 'disk-full' })
    expect(mount('-o', 'remount,ro', disk)).toBe(true)
    for (const path of [disk, join(disk, 'rekey')])
      expect(refusal(path)).toEqual({ code: 'ledger-readonly', fields: { why: 'the disk is read-only', folder: path } })
  } finally {
    spawnSync('umount', [disk])
  }
})

describe('where it is', () => {
  const world = (platform: NodeJS.Platform, env: Record<string, string>) =>
    homePath({ platform, env, userHome: '/home/me' })

  it.skipIf(process.platform === 'win32')('is REKEY_HOME, or the place of the platform', () => {
    expect(world('linux', { REKEY_HOME: '/x/y' })).toBe('/x/y')
    expect(world('linux', { REKEY_HOME: '' })).toBe('/home/me/.local/share/rekey')
    expect(world('linux', { XDG_DATA_HOME: '/data' })).toBe('/data/rekey')
    expect(world('linux', { XDG_DATA_HOME: 'relative' })).toBe('/home/me/.local/share/rekey')
    expect(world('darwin', {})).toBe('/home/me/Library/Application Support/rekey')
    expect(world('win32', { LOCALAPPDATA: '/local', APPDATA: '/roaming' })).toBe('/local/rekey')
  })
})
