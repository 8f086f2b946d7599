import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Says whether a folder is on a network or is synced to other machines: there locks may not hold, and a second machine
 * may rotate the same keys. Recognised by file system on Linux, and by the names that sync programs give their folders;
 * a mount that looks local cannot be told. Warnings, not refusals: some people have no other disk.
 */

// statfs f_type, from linux/magic.h and statfs(2).
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x564c, 'NCP'],
  [0x73757245, 'Coda'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x786f4256, 'a shared folder of VirtualBox'],
])
const fuse = 0x65735546
const localFuse = /^fuse\.(?:fuse-overlayfs|gocryptfs|encfs|cryfs|ecryptfs|lxcfs|bindfs|mergerfs)$|^fuseblk$/

const synced: readonly (readonly [RegExp, string])[] = [
  [/^dropbox(?: \(.*\))?$/i, 'Dropbox'],
  [/^onedrive(?: - .*|-.*)?$/i, 'OneDrive'],
  [/^(?:icloud ?drive|mobile documents|com~apple~clouddocs)$/i, 'iCloud'],
  [/^(?:google ?drive(?:-.*)?|my drive)$/i, 'Google Drive'],
  [/^cloudstorage$/i, 'a cloud drive'],
  [/^syncthing$/i, 'Syncthing'],
  [/^(?:nextcloud|owncloud)$/i, 'Nextcloud'],
  [/^(?:pclouddrive|pcloud drive)$/i, 'pCloud'],
  [/^box(?: sync)?$/i, 'Box'],
  [/^mega(?:sync)?$/i, 'MEGA'],
]

/** Sentences for the person; none if the folder looks local. The folder must exist. */
export function sharedFolderWarnings(folder: string): readonly string[] {
  const warnings: string[] = []
  const network = networkOf(folder)
  if (network !== null) warnings.push(`${folder} is on ${network}: locks may not hold there`)
  const sync = syncOf(folder)
  if (sync !== null) warnings.push(`${folder} is synced by ${sync}: another machine may rotate the same keys`)
  return warnings
}

function networkOf(folder: string): string | null {
  if (folder.startsWith('\\\\')) return 'a network share'
  if (process.platform !== 'linux') return null
  const type = statfsSync(folder).type >>> 0
  if (type !== fuse) return networkTypes.get(type) ?? null
  const name = mountTypeOf(folder, readFileSync('/proc/self/mountinfo', 'utf8'))
  return name === null || localFuse.test(name) ? null : `a mounted ${name.replace(/^fuse\./, '')}`
}

/** The file system type of the mount that holds the folder, from the text of /proc/self/mountinfo (proc(5)). */
export function mountTypeOf(folder: string, mountinfo: string): string | null {
  let best: { readonly point: string; readonly type: string } | null = null
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const point = (before.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    )
    const type = after.split(' ')[0] ?? ''
    const isAbove = point === '/' || folder === point || folder.startsWith(`${point}/`)
    if (point !== '' && isAbove && (best === null || point.length >= best.point.length)) best = { point, type }
  }
  return best?.type ?? null
}

function syncOf(folder: string): string | null {
  for (const part of folder.split(/[/\\]/)) {
    const match = synced.find(([pattern]) => pattern.test(part))
    if (match) return match[1]
  }
  // Syncthing takes any folder, and leaves this mark in it.
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(join(here, '.stfolder'))) return 'Syncthing'
    if (dirname(here) === here) return null
  }
}
