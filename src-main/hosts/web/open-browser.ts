/**
 * Opens the window in the person's browser. The address with its token travels in a file that only they can read, never in
 * the arguments of a program, which everybody on the machine can.
 */
import { spawn } from 'node:child_process'
import { accessSync, constants, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const FILE_LIFE_MS = 60_000
/** A browser that cannot start says so at once. */
const START_MS = 1500

/** With a window of their own, without tabs and an address bar. */
const appBrowsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
]

export type Environment = Readonly<Record<string, string | undefined>>

function onPath(program: string, env: Environment): string | null {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, program)
    try {
      if (folder !== '') accessSync(file, constants.X_OK)
      if (folder !== '') return file
    } catch {
      // not here
    }
  }
  return null
}

/** The programs to try, best first, each with its arguments. */
export function browsersFor(
  fileUrl: string,
  env: Environment,
  platform: NodeJS.Platform,
): readonly (readonly string[])[] {
  if (platform === 'darwin') return [['open', fileUrl]]
  if (platform === 'win32') return [['rundll32', 'url.dll,FileProtocolHandler', fileUrl]]
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return []
  // Chromium refuses to run as root; the system's opener may know a browser that does not
  const isRoot = process.getuid?.() === 0
  const apps = isRoot
    ? []
    : appBrowsers.flatMap((name) => onPath(name, env) ?? []).map((file) => [file, `--app=${fileUrl}`])
  const opener = onPath('xdg-open', env)
  return [...apps, ...(opener === null ? [] : [[opener, fileUrl]])]
}

/** Resolves to whether a browser took it. */
export async function openBrowser(folder: string, url: string, env: Environment): Promise<boolean> {
  const file = join(folder, `open-${process.pid}.html`)
  const page = `<!doctype html><meta charset="utf-8"><title>Rekey</title><meta http-equiv="refresh" content="0; url=${url}">`
  writeFileSync(file, page, { mode: 0o600 })
  setTimeout(() => rmSync(file, { force: true }), FILE_LIFE_MS).unref()
  for (const [program = '', ...args] of browsersFor(pathToFileURL(file).href, env, process.platform)) {
    if (await starts(program, args)) return true
  }
  rmSync(file, { force: true })
  return false
}

function starts(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' })
    const timer = setTimeout(() => resolve(true), START_MS)
    child.on('error', () => {
      clearTimeout(timer)
      resolve(false)
    })
    child.on('exit', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
    child.unref()
  })
}
