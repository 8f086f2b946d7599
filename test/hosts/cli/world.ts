import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ok } from '../../../src-contract/result.ts'
import { openSealedStore } from '../../../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import type { Sandbox } from '../../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../../src-main/sandbox/start-sandbox.ts'

/**
 * A data folder, a sealed store and five vendors of its own for the built command line, which runs as a real process. The
 * store is made beforehand with the smallest parameters there are: what is under test here is not Argon2.
 */
export const PASSPHRASE = 'correct horse battery staple'
export const distCli = join(import.meta.dirname, '../../../dist/cli.js')

const QUICK_KDF = { memoryKib: 1024, passes: 1, parallelism: 1 }

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

export type World = {
  readonly sandbox: Sandbox
  /** The working folder of every command. */
  readonly folder: string
  readonly home: string
  readonly env: Record<string, string>
  /** A line of shell with `rekey` on the path; standard input is a pipe. */
  sh(line: string, stdin?: string, extraEnv?: Readonly<Record<string, string>>): Promise<Ran>
  rekey(args: readonly string[], stdin?: string, extraEnv?: Readonly<Record<string, string>>): Promise<Ran>
  close(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-cli-'))
  const [home, work, bin] = [join(folder, 'home'), join(folder, 'work'), join(folder, 'bin')]
  for (const path of [home, work, bin]) mkdirSync(path, { mode: 0o700 })
  writeFileSync(join(folder, 'passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 })
  writeFileSync(join(bin, 'rekey'), `#!/bin/sh\nexec "${process.execPath}" "${distCli}" "$@"\n`)
  chmodSync(join(bin, 'rekey'), 0o755)
  await makeQuickStore(home)
  const sandbox = await startSandbox({ quiet: true })
  const env: Record<string, string> = {
    PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
    HOME: folder,
    LANG: 'C.UTF-8',
    REKEY_HOME: home,
    REKEY_KEYCHAIN: 'sealed',
    REKEY_PASSPHRASE_FILE: join(folder, 'passphrase'),
    REKEY_REPLY_WAIT: '3',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/rekey-tests',
  }
  return {
    sandbox,
    folder: work,
    home,
    env,
    sh: (line, stdin = '', extraEnv = {}) =>
      runProcess('/bin/sh', ['-c', line], { cwd: work, env: { ...env, ...extraEnv }, stdin }),
    rekey: (args, stdin = '', extraEnv = {}) =>
      runProcess(process.execPath, [distCli, ...args], { cwd: work, env: { ...env, ...extraEnv }, stdin }),
    close: async () => {
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Writes an item behind the back of the command line, as another program would. */
export async function putItem({ home }: World, account: string, value: string): Promise<void> {
  const store = await openQuickStore(home)
  const written = await store.write({ service: 'rekey', account }, Secret.of(value))
  if (written.kind !== 'written') throw new Error(written.kind)
  await store.close()
}

async function makeQuickStore(home: string): Promise<void> {
  const store = await openQuickStore(home)
  const proof = await store.prove()
  if (!proof.ok) throw new Error(proof.failure.code)
  await store.close()
}

async function openQuickStore(home: string) {
  const store = await openSealedStore({
    file: join(home, 'sealed.sqlite'),
    passphrase: async () => ok(Secret.of(PASSPHRASE)),
    create: true,
    kdf: QUICK_KDF,
  })
  if (!store.ok) throw new Error(store.failure.code)
  return store.value
}

function runProcess(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly stdin: string },
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...options.env }, stdio: 'pipe' })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.stdin)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const stdout = Buffer.concat(out).toString('utf8')
      const stderr = Buffer.concat(err).toString('utf8')
      if (signal !== null) reject(new Error(`${args.join(' ')} was ended by ${signal}: ${stderr}`))
      else resolve({ code: code ?? -1, stdout, stderr })
    })
  })
}
