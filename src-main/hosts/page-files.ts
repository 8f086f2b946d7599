/** The built window: every file it consists of, read once. What is not in the list does not exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

export type PageFile = { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** Whether there is a window to show: a checkout may be built without. */
export const arePagesBuilt = (folder: string): boolean => existsSync(join(folder, 'index.html'))

/** By path, such as `/assets/main.js`; the page itself is `/`. Throws if the window was not built. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    files.set(path === '/index.html' ? '/' : path, { type, bytes: new Uint8Array(readFileSync(file)) })
  }
  if (!files.has('/')) throw new Error('the window was not built')
  return files
}
