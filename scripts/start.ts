/**
 * `npm start`: the desktop app where Electron's binary is; else the same app in the browser, saying why; else its address.
 * The binary is looked for with the file system: asking the package for it would try to download it.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Path of Electron's binary; null if it was never downloaded. */
export function electronBinary(folder = join(root, 'node_modules/electron')): string | null {
  try {
    const binary = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(binary) ? binary : null
  } catch {
    return null
  }
}

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' })
    // Ctrl-C reaches the child by itself; this one waits for it
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
    child.on('error', () => resolve(1))
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

async function start(): Promise<number> {
  const binary = electronBinary()
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
  if (binary !== null && hasDisplay) return run(binary, ['.'])
  const why = binary === null ? 'Electron’s binary is not here' : 'there is no display'
  const serve = [join(root, 'dist/cli.js'), 'serve']
  if (hasDisplay) {
    process.stderr.write(`${why}; opening Rekey in your browser\n`)
    const code = await run(process.execPath, serve)
    // 2: no browser took it
    if (code !== 2) return code
  }
  process.stderr.write(`${why}; open the address below in a browser on this machine, within a minute\n`)
  return run(process.execPath, [...serve, '--no-open'])
}

if (import.meta.main) process.exitCode = await start()
