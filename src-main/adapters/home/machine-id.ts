import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * What tells this machine from another, so that a ledger that was copied, synced or restored elsewhere is noticed before
 * it sends anything. Linux: /etc/machine-id; macOS: the platform UUID; Windows: MachineGuid. Where there is none (small
 * containers) a random id is kept in the user's configuration folder, never in the data folder, which may travel: a new
 * container on an old volume is then another machine, and is asked about once. Two machines from one image that share
 * /etc/machine-id cannot be told apart. The ledger keeps a hash of the id only.
 */
export type MachineHost = {
  readonly platform: NodeJS.Platform
  /** null: there is no such file. */
  readText(file: string): string | null
  /** Standard output of a system program, or null if it failed. */
  run(program: string, args: readonly string[]): string | null
  readonly configFolder: string
}

const machineIdFiles = ['/etc/machine-id', '/var/lib/dbus/machine-id']

/** Starts a process on macOS and Windows (some 20 ms): ask only when needed. */
export function readMachineId(host: MachineHost = thisHost()): string {
  return platformId(host) ?? keptId(host)
}

function platformId(host: MachineHost): string | null {
  if (host.platform === 'darwin') {
    const output = host.run('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'])
    return uuidIn(output, /"IOPlatformUUID" = "([^"]+)"/)
  }
  if (host.platform === 'win32') {
    const reg = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'reg.exe')
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography'
    return uuidIn(host.run(reg, ['query', key, '/v', 'MachineGuid', '/reg:64']), /MachineGuid\s+REG_SZ\s+(\S+)/)
  }
  for (const file of machineIdFiles) {
    // systemd writes "uninitialized" into images that have not started yet.
    const id = host.readText(file)?.trim().toLowerCase()
    if (id !== undefined && /^[0-9a-f]{32}$/.test(id)) return id
  }
  return null
}

const uuidIn = (output: string | null, pattern: RegExp): string | null => {
  const found = output === null ? undefined : pattern.exec(output)?.[1]?.toLowerCase()
  return found !== undefined && /^[0-9a-f-]{32,36}$/.test(found) ? found : null
}

function keptId(host: MachineHost): string {
  const file = join(host.configFolder, 'machine-id')
  const kept = (): string | null => {
    const id = host.readText(file)?.trim()
    return id !== undefined && /^[0-9a-f-]{36}$/.test(id) ? id : null
  }
  const id = randomUUID()
  const before = kept()
  if (before !== null) return before
  try {
    mkdirSync(host.configFolder, { recursive: true, mode: 0o700 })
    writeFileSync(file, `${id}\n`, { flag: 'wx', mode: 0o600 })
  } catch {
    // Another process was first, or nothing can be kept: then every start is another machine, and asks.
    return kept() ?? id
  }
  return id
}

function thisHost(): MachineHost {
  return {
    platform: process.platform,
    readText(file) {
      try {
        return readFileSync(file, 'utf8')
      } catch {
        return null
      }
    },
    run(program, args) {
      const { status, stdout } = spawnSync(program, args, {
        encoding: 'utf8',
        timeout: 5000,
        windowsHide: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return status === 0 ? stdout : null
    },
    configFolder: configFolder(),
  }
}

function configFolder(): string {
  if (process.platform === 'win32') return join(process.env['LOCALAPPDATA'] ?? homedir(), 'rekey-machine')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Preferences', 'rekey')
  const base = process.env['XDG_CONFIG_HOME']
  return join(base?.startsWith('/') ? base : join(homedir(), '.config'), 'rekey')
}
