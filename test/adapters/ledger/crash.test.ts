import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLedger } from '../../../src-main/adapters/ledger/open-ledger.ts'
import type { Ledger } from '../../../src-main/core/ports.ts'
import { ledgerFailure } from '../../contract/ledger.ts'
import { sampleCredential, sampleRotation } from './samples.ts'

const writer = join(import.meta.dirname, 'writer.ts')
const at = '2026-11-21T10:00:00.000Z'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-ledger-'))
  file = join(folder, 'ledger.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function open(options: { readonly busyMs?: number; readonly file?: string } = {}): Ledger {
  const opened = openLedger({ file, machineId: () => 'this machine', ...options })
  if (!opened.ok) throw new Error(opened.failure.code)
  return opened.value
}

const finished = (first: number, count: number): Promise<{ readonly code: number | null; readonly errors: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [writer, file, String(first), String(count)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    child.stderr.on('data', (chunk) => (errors += String(chunk)))
    child.on('close', (code) => resolve({ code, errors }))
  })

it('keeps every commit of a process that is killed right after it (X1)', () => {
  const child = spawnSync(process.execPath, [writer, file, '0', '50', 'killed'], { encoding: 'utf8' })
  expect(child.signal).toBe('SIGKILL')
  const said = child.stdout.trim().split('\n')
  expect(said).toHaveLength(50)
  const ledger = open()
  expect(ledger.credentials()).toHaveLength(50)
  expect(ledger.openRotations().map(({ id }) => ledger.journal(id).length)).toEqual(said.map(() => 2))
  ledger.close()
})

it('keeps nothing of a transaction that was cut off by a kill', () => {
  const child = spawnSync(process.execPath, [writer, file, '0', '3', 'killed-inside'], { encoding: 'utf8' })
  expect(child.signal).toBe('SIGKILL')
  const ledger = open()
  expect(ledger.credentials().map(({ name }) => name)).toEqual(['prod/key-0', 'prod/key-1', 'prod/key-2'])
  ledger.close()
})

it('takes the writes of four processes that open a new ledger at once, reading before they write (X3)', async () => {
  const ends = await Promise.all([0, 100, 200, 300].map((first) => finished(first, 25)))
  expect(ends).toEqual(ends.map(() => ({ code: 0, errors: '' })))
  const ledger = open()
  expect(ledger.credentials()).toHaveLength(100)
  ledger.close()
})

it('says so when another program keeps the write lock too long, and works again after', () => {
  const ledger = open({ busyMs: 50 })
  const other = new DatabaseSync(file)
  other.exec('BEGIN IMMEDIATE')
  const failure = ledgerFailure(() => ledger.insertCredential(sampleCredential(1), at))
  expect(failure).toMatchObject({ code: 'ledger-unreadable', fields: { file } })
  expect(failure.fields['why']).toContain('locked')
  // Readers are not in the way of a writer, nor a writer in theirs.
  expect(ledger.credentials()).toEqual([])
  other.exec('ROLLBACK')
  other.close()
  ledger.insertCredential(sampleCredential(1), at)
  ledger.close()
})

it('waits for a writer that is soon done, even if it has read before', () => {
  const ledger = open()
  ledger.transaction(() => {
    ledger.credentials()
    const second = open({ busyMs: 100 })
    expect(ledgerFailure(() => second.transaction(() => null)).code).toBe('ledger-unreadable')
    second.close()
    ledger.insertCredential(sampleCredential(1), at)
  })
  ledger.close()
})

it('leaves no byte of a removed row in its files (X4)', () => {
  const marker = 'MARKER-OF-A-REMOVED-ROW'
  const bytes = (): string =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('')
  const ledger = open()
  ledger.insertCredential(sampleCredential(1, { label: marker.repeat(200) }), at)
  expect(bytes()).toContain(marker)
  ledger.removeCredential(sampleCredential(1).id)
  ledger.close()
  expect(bytes()).not.toContain(marker)
})

it('cuts the WAL at close even while another connection stays open', () => {
  const reader = open()
  const ledger = open()
  ledger.insertCredential(sampleCredential(1, { label: 'STAYS-IN-THE-WAL' }), at)
  ledger.updateCredential(sampleCredential(1).id, { label: null })
  ledger.close()
  const left = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  expect(left.join('')).not.toContain('STAYS-IN-THE-WAL')
  expect(reader.credentials()).toHaveLength(1)
  reader.close()
})

const canMount = (): boolean => {
  const probe = join(folder, 'probe')
  mkdirSync(probe)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'rekey-test', probe]).status === 0
  if (mounted) spawnSync('umount', [probe])
  return mounted
}

it('says disk-full on a full disk, with nothing half-written (X2)', (context) => {
  if (process.platform !== 'linux' || !canMount()) return context.skip('needs the right to mount a tmpfs')
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'rekey-test', disk]).status).toBe(0)
  try {
    const ledger = open({ file: join(disk, 'ledger.sqlite') })
    const credential = sampleCredential(1)
    ledger.insertCredential(credential, at)
    const kept = sampleRotation(1, credential)
    ledger.insertRotation(kept, [])
    try {
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(2 << 20))
    } catch {
      // as much as fits
    }
    const wide = { step: 'mint', mints: true, phase: 'intent', detail: { text: 'x'.repeat(200_000) } } as const
    expect(ledgerFailure(() => ledger.advanceRotation(kept.id, { state: 'sealed' }, [wide], at))).toEqual({
      code: 'disk-full',
      fields: { folder: disk },
    })
    expect(ledger.rotation(kept.id)).toEqual(kept)
    expect(ledger.journal(kept.id)).toEqual([])
    const fresh = openLedger({ file: join(disk, 'another.sqlite'), machineId: () => 'this machine' })
    expect(fresh).toMatchObject({ ok: false, failure: { code: 'disk-full' } })
    rmSync(join(disk, 'ballast'))
    ledger.advanceRotation(kept.id, { state: 'sealed' }, [wide], at)
    expect(ledger.journal(kept.id)).toHaveLength(1)
    ledger.close()
  } finally {
    spawnSync('umount', [disk])
  }
})

it('reads a ledger on a read-only disk, and says that it cannot be written', (context) => {
  if (process.platform !== 'linux' || !canMount()) return context.skip('needs the right to mount a tmpfs')
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'rekey-test', disk]).status).toBe(0)
  try {
    const there = join(disk, 'ledger.sqlite')
    const before = open({ file: there })
    before.insertCredential(sampleCredential(1), at)
    before.close()
    spawnSync('mount', ['-o', 'remount,ro', disk])
    const opened = openLedger({ file: there, machineId: () => 'this machine' })
    expect(opened).toMatchObject({ ok: false, failure: { code: 'ledger-readonly', fields: { folder: disk } } })
    const made = openLedger({ file: join(disk, 'new.sqlite'), machineId: () => 'this machine' })
    expect(made).toMatchObject({ ok: false, failure: { code: 'ledger-readonly' } })
    const reader = openLedger({ file: there, machineId: () => 'this machine', readOnly: true })
    if (!reader.ok) throw new Error(JSON.stringify(reader.failure))
    expect(reader.value.credentials()).toHaveLength(1)
    expect(ledgerFailure(() => reader.value.removeCredential(sampleCredential(1).id)).code).toBe('ledger-readonly')
    reader.value.close()
  } finally {
    spawnSync('umount', [disk])
  }
})
