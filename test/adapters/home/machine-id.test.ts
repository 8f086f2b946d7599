import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readMachineId } from '../../../src-main/adapters/home/machine-id.ts'
import type { MachineHost } from '../../../src-main/adapters/home/machine-id.ts'

let configFolder: string
beforeEach(() => {
  configFolder = mkdtempSync(join(tmpdir(), 'rekey-machine-'))
})
afterEach(() => rmSync(configFolder, { recursive: true, force: true }))

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
/** Only the configuration folder is real. */
const host = (patch: Partial<MachineHost>): MachineHost => ({
  platform: 'linux',
  readText: (file) => (file.startsWith(configFolder) ? read(file) : null),
  run: () => {
    throw new Error('nothing may be started')
  },
  configFolder,
  ...patch,
})

it('is the machine-id on Linux, starting nothing', () => {
  const id = '3d1219c7c4c5404aaa1f6d2a48adfda4'
  const etc = host({ readText: (file) => (file === '/etc/machine-id' ? `${id}\n` : null) })
  expect(readMachineId(etc)).toBe(id)
  expect(readMachineId(host({ readText: (file) => (file.startsWith('/var/lib/dbus') ? id : 'uninitialized\n') }))).toBe(
    id,
  )
})

it('is the platform UUID on macOS and the MachineGuid on Windows', () => {
  const uuid = '564D9A4E-0A1B-4C3D-8E5F-0123456789AB'
  const mac = host({ platform: 'darwin', run: () => `    "IOPlatformUUID" = "${uuid}"\n` })
  expect(readMachineId(mac)).toBe(uuid.toLowerCase())
  const windows = host({ platform: 'win32', run: () => `\r\n    MachineGuid    REG_SZ    ${uuid}\r\n` })
  expect(readMachineId(windows)).toBe(uuid.toLowerCase())
})

it.each([null, '', 'no such thing'])('is made up once where there is none, and kept: %j', (output) => {
  const folder = join(configFolder, 'rekey')
  const bare = host({ platform: 'darwin', run: () => output, configFolder: folder })
  const id = readMachineId(bare)
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  expect(readMachineId(bare)).toBe(id)
  expect(statSync(join(folder, 'machine-id')).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600)
})

it('is another one every time where nothing can be kept', () => {
  const nowhere = host({ configFolder: '/dev/null/rekey', readText: () => null })
  expect(readMachineId(nowhere)).not.toBe(readMachineId(nowhere))
})

it('is the same for this machine twice', () => {
  expect(readMachineId()).toBe(readMachineId())
})
