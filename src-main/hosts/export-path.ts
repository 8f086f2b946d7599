/** Where a file goes when the host has no way to ask: among the person's downloads, under a name that nobody has. */
import { existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { extname, join } from 'node:path'

export function exportPath(name: string, folder = homedir()): string {
  const downloads = join(folder, 'Downloads')
  const place = statSync(downloads, { throwIfNoEntry: false })?.isDirectory() === true ? downloads : folder
  const extension = extname(name)
  const stem = extension === '' ? name : name.slice(0, -extension.length)
  let path = join(place, name)
  for (let count = 2; existsSync(path); count += 1) path = join(place, `${stem}-${count}${extension}`)
  return path
}
