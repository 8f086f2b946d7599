import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
export const courierEntry = fileURLToPath(new URL('../dist/courier.js', import.meta.url))

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Surroundings without this machine's own settings of rekey. */
export const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REKEY_')))

export function execute(
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly input?: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => undefined).end(options.input ?? '')
  })
}

/** A run that fails measures nothing. */
export async function mustRun(...[command, args, options]: Parameters<typeof execute>): Promise<Ended> {
  const ended = await execute(command, args, options)
  if (ended.code === 0) return ended
  throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${ended.code}:\n${ended.stderr || ended.stdout}`)
}

/** Says in one line what must be built or installed first. */
export async function requirePrograms(names: readonly string[]): Promise<void> {
  if (!existsSync(cli) || !existsSync(courierEntry)) throw new Error('dist is not built: npm run build')
  for (const name of names) {
    const found = await execute('sh', ['-c', `command -v ${name}`], { env: cleanEnvironment() })
    if (found.code !== 0) throw new Error(`${name} is missing: npm test installs it on Debian as root`)
  }
}
