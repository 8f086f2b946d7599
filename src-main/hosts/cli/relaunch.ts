import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runChild } from './run-child.ts'

/** Says that this process was started by an older Node that found a newer one: a second time would never end. */
const mark = 'REKEY_RELAUNCHED'

function newerNode(script: string): string | null {
  try {
    const folder = dirname(createRequire(script).resolve('node/package.json'))
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(binary) ? binary : null
  } catch {
    return null
  }
}

/** Runs the script under the Node of the `node` package, with the same terminal and signals; resolves to its exit code. */
export async function relaunch(script: string, argv: readonly string[]): Promise<number> {
  const binary = process.env[mark] === undefined ? newerNode(script) : null
  if (binary === null) {
    process.stderr.write(
      `rekey: node 24 or newer is needed, this is ${process.versions.node}\n  install it, or run npm ci\n`,
    )
    return 1
  }
  return runChild(binary, [script, ...argv], { ...process.env, [mark]: '1' })
}
