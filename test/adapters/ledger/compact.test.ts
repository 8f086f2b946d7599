import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLedger } from '../../../src-main/adapters/ledger/open-ledger.ts'
import type { Ledger } from '../../../src-main/core/ports.ts'
import { sampleCredential, sampleRotation } from './samples.ts'

const [long, recent] = ['2020-01-01T00:00:00.000Z', '2026-11-21T10:00:00.000Z']
const before = '2025-01-01T00:00:00.000Z'
let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-compact-'))
  file = join(folder, 'ledger.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (): Ledger => {
  const opened = openLedger({ file, machineId: () => 'this machine' })
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  return opened.value
}
const credential = (n: number) => sampleCredential(n % 10)
const steps = ['mint', 'seal', 'read', 'verify', 'promote', 'probe-old'] as const

/** As many rotations, with every step of theirs; settled unless said otherwise. */
function rotate(ledger: Ledger, from: number, count: number, at: string, settled = true): readonly string[] {
  return ledger.transaction(() =>
    Array.from({ length: count }, (_, index) => {
      const record = sampleRotation(from + index, credential(from + index), { startedAt: at, updatedAt: at })
      ledger.insertRotation(record, [{ step: 'mint', mints: true, phase: 'intent', detail: {} }])
      const done = steps.map(
        (step) => ({ step, mints: step === 'mint', phase: 'done', detail: { answer: 'works' } }) as const,
      )
      ledger.advanceRotation(record.id, settled ? { state: 'ended', outcome: 'rotated', settled } : {}, done, at)
      return record.id
    }),
  )
}
const made = (count: number, at = long): Ledger => {
  const ledger = open()
  for (let n = 0; n < 10; n += 1) ledger.insertCredential(credential(n), at)
  for (let from = 0; from < count; from += 500) rotate(ledger, from, Math.min(500, count - from), at)
  return ledger
}
const rowsOf = (ledger: Ledger, id: string): number => ledger.journal(id).length
const all = { except: [], forMs: 60_000 } as const

describe('compaction', () => {
  it('folds the steps of what settled long ago, and of nothing else', () => {
    const ledger = made(3)
    const [first = '', second = '', third = ''] = ledger
      .rotationsOf(credential(0).id)
      .concat(ledger.rotationsOf(credential(1).id), ledger.rotationsOf(credential(2).id))
      .map(({ id }) => id)
    const [young = ''] = rotate(ledger, 100, 1, recent)
    const [unsettled = ''] = rotate(ledger, 5, 1, long, false)
    const [record, history] = [ledger.rotation(first), ledger.history({})]
    expect(ledger.compact({ ...all, before, except: [second] })).toEqual({ folded: 2 })
    expect(ledger.journal(first)).toEqual([
      {
        step: 'folded',
        mints: true,
        phase: 'done',
        at: long,
        detail: { steps: 'mint? mint seal read verify promote probe-old', from: long, to: long },
      },
    ])
    expect(ledger.rotation(first)).toEqual(record)
    expect(ledger.history({})).toEqual(history)
    expect([second, third, young, unsettled].map((id) => rowsOf(ledger, id))).toEqual([7, 1, 7, 7])
    expect(ledger.compact({ ...all, before, except: [second] })).toEqual({ folded: 0 })
    ledger.close()
  })

  it('is the only way that a step goes', () => {
    const ledger = made(2)
    const [unsettled = ''] = rotate(ledger, 5, 1, long, false)
    const [id = ''] = ledger.rotationsOf(credential(0).id).map((each) => each.id)
    const database = new DatabaseSync(file)
    const del = database.prepare('DELETE FROM journal WHERE rotation_id = ?')
    expect(() => del.run(id)).toThrow('append-only')
    const fold = database.prepare(
      "INSERT INTO journal (rotation_id, at, step, mints, phase, detail) VALUES (?, '', 'folded', 0, 'done', '{}')",
    )
    expect(() => fold.run(unsettled)).toThrow('only what is settled')
    ledger.compact({ ...all, before })
    expect(() => del.run(id)).toThrow('append-only')
    database.close()
    ledger.close()
  })

  it('gives the room back, a little at a time', () => {
    made(2000).close()
    const size = statSync(file).size
    const ledger = open()
    const began = performance.now()
    const { folded } = ledger.compact({ before, except: [], forMs: 1 })
    expect(folded).toBeLessThan(2000)
    expect(performance.now() - began).toBeLessThan(2000)
    ledger.compact({ ...all, before })
    ledger.close()
    expect(statSync(file).size).toBeLessThan(size * 0.75)
  })

  it('keeps the log small however long one process works on', () => {
    const ledger = made(500)
    for (let n = 0; n < 60; n += 1) rotate(ledger, 10_000 + n * 50, 50, recent)
    expect(statSync(`${file}-wal`).size).toBeLessThan(8 * 1024 * 1024)
    ledger.close()
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  })
})

describe('compaction in another process', () => {
  const start = () => {
    const source = pathToFileURL(join(import.meta.dirname, '../../../src-main/adapters/ledger/open-ledger.ts')).href
    const code = `
      const { openLedger } = await import(${JSON.stringify(source)})
      const { value: ledger } = openLedger({ file: process.argv[1], machineId: () => 'this machine' })
      console.log('begun')
      ledger.compact({ before: ${JSON.stringify(before)}, except: [], forMs: 60_000 })
      ledger.close()`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const begun = new Promise((resolve) => child.stdout.once('data', resolve))
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
    return { child, begun, ended }
  }
  const counts = (ledger: Ledger): ReadonlySet<number> =>
    new Set(
      Array.from({ length: 10 }, (_, n) => ledger.rotationsOf(credential(n).id))
        .flat()
        .map(({ id }) => rowsOf(ledger, id)),
    )

  it('is killed at any moment without harm, and ends another time', async () => {
    made(3000).close()
    let halves = 0
    for (const ms of [1, 20, 60, 120]) {
      const { child, begun, ended } = start()
      await begun
      await sleep(ms)
      child.kill('SIGKILL')
      await ended
      const ledger = open()
      const seen = counts(ledger)
      expect([1, 7]).toEqual(expect.arrayContaining([...seen]))
      if (seen.size === 2) halves += 1
      ledger.close()
    }
    expect(halves).toBeGreaterThan(0)
    const ledger = open()
    ledger.compact({ ...all, before })
    expect([...counts(ledger)]).toEqual([1])
    ledger.close()
    const database = new DatabaseSync(file, { readOnly: true })
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
  }, 60_000)

  it('is in nobody’s way: two of them, and a rotation that goes on meanwhile', async () => {
    const ledger = made(3000)
    const both = [start(), start()]
    await Promise.all(both.map(({ begun }) => begun))
    const slowest = Array.from({ length: 40 }, (_, n) => {
      const began = performance.now()
      rotate(ledger, 50_000 + n, 1, recent)
      return performance.now() - began
    })
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0])
    expect(Math.max(...slowest)).toBeLessThan(5000)
    expect([...counts(ledger)].toSorted()).toEqual([1, 7])
    ledger.close()
  }, 60_000)
})
