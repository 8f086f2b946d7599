import { existsSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { VaultDraft, VaultFormats } from '../../src-main/app/app-ports.ts'
import { emptyEntry, type VaultEntry } from '../../src-main/formats/define-format.ts'
import { vaultsInWorker } from '../../src-main/hosts/vaults-in-worker.ts'

const folder = mkdtempSync(join(tmpdir(), 'rekey-worker-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A thread that does that instead of reading. */
function entry(name: string, body: string): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, body)
  return path
}
const part = { fileName: 'a.csv', bytes: new TextEncoder().encode('name,password\na,key-one\n'), companions: {} }
const built = join(import.meta.dirname, '../../dist/vault-worker.js')

const failedAs = (code: string) => ({ ok: false, failure: { code } })
function draftOf(vaults: VaultFormats, entries: readonly VaultEntry[]): VaultDraft {
  const draft = vaults.begin('csv', {})
  draft.add(entries)
  return draft
}

describe('the thread for vault files', () => {
  it('reads and writes like the formats themselves', async () => {
    const vaults = vaultsInWorker(built)
    const read = await vaults.read(part, null, {})
    expect(read).toMatchObject({ ok: true, value: { format: 'csv', isPlainText: true } })
    expect((await vaults.list()).map(({ id }) => id)).toContain('rekey')
    if (!read.ok) return
    expect(await draftOf(vaults, read.value.vault.entries).write({ notes: [] })).toMatchObject({ ok: true })
    expect(await vaults.begin('nothing', {}).write({ notes: [] })).toMatchObject(failedAs('bad-input'))
    expect(await vaults.begin('1pux', {}).write({ notes: [] })).toMatchObject(failedAs('cannot-write-format'))
  })

  it('tells of entries while it reads, each once and in order', async () => {
    const vaults = vaultsInWorker(built)
    const lines = Array.from({ length: 1234 }, (_, at) => `name-${at},key-${at}`)
    const bytes = new TextEncoder().encode(['name,password', ...lines].join('\n'))
    const told: VaultEntry[] = []
    const read = await vaults.read({ ...part, bytes }, null, { found: (some) => void told.push(...some) })
    expect(told.map(({ name }) => name)).toEqual(Array.from({ length: 1234 }, (_, at) => `name-${at}`))
    expect(read.ok && read.value.vault.entries).toEqual(told)
    const broken = vaults.read({ ...part, bytes }, null, {
      found: () => {
        throw new Error('a bug of whoever asked')
      },
    })
    await expect(broken).rejects.toThrow('a bug of whoever asked')
    expect(await vaults.read(part, null, {})).toMatchObject({ ok: true })
  })

  it('compares what was written with the draft it was asked about, and no other', async () => {
    const vaults = vaultsInWorker(built, { idleMs: 200 })
    const named = (secret: string): VaultEntry => ({ ...emptyEntry, name: 'a', secret })
    const written = async (draft: VaultDraft) => {
      const done = await draft.write({ notes: [] })
      if (!done.ok) throw new Error(done.failure.code)
      return { ...done.value, format: 'csv', options: {} }
    }
    const same = { ok: true, value: null }
    const differs = { ok: true, value: 'the secret of a came out otherwise' }
    const one = draftOf(vaults, [named('key-one')])
    const ones = await written(one)
    expect(await one.check(ones)).toEqual(same)
    expect(await one.check(ones)).toEqual(same)
    // the thread has another draft now, or is gone
    const other = draftOf(vaults, [named('key-two')])
    expect(await one.check(ones)).toEqual(same)
    const others = await written(other)
    expect(await one.check(ones)).toEqual(same)
    expect(await other.check(ones)).toEqual(differs)
    expect(await one.check(others)).toEqual(differs)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await one.check(ones)).toEqual(same)
    const torn = { ...ones, bytes: new TextEncoder().encode('"') }
    expect(await one.check(torn)).toMatchObject(failedAs('bad-vault'))
  })

  it('has all that was added to a draft in its file, whatever the thread was told or lost meanwhile', async () => {
    const vaults = vaultsInWorker(built, { idleMs: 100 })
    const entries = Array.from({ length: 1200 }, (_, at) => ({ ...emptyEntry, name: `n${at}`, secret: `key-${at}` }))
    const draft = vaults.begin('csv', {})
    draft.add(entries.slice(0, 700))
    const reading = vaults.read(part, null, {})
    const other = draftOf(vaults, [{ ...emptyEntry, name: 'other', secret: 'key-other' }])
    draft.add(entries.slice(700, 900))
    await reading
    await new Promise((resolve) => setTimeout(resolve, 400))
    draft.add(entries.slice(900))
    const files = await Promise.all([draft.write({ notes: [] }), other.write({ notes: [] })])
    const lines = files.map((file) => (file.ok ? new TextDecoder().decode(file.value.bytes).match(/key-\w+/g) : []))
    expect(lines).toEqual([entries.map(({ secret }) => secret), ['key-other']])
  })

  it('may be started before its first job, and may end before it', async () => {
    const marker = join(folder, 'ended-once')
    const once = entry(
      'once',
      `import { existsSync, writeFileSync } from 'node:fs'; import { parentPort } from 'node:worker_threads'
       if (!existsSync(${JSON.stringify(marker)})) { writeFileSync(${JSON.stringify(marker)}, ''); throw new Error('no') }
       parentPort.on('message', () => parentPort.postMessage([]))`,
    )
    const vaults = vaultsInWorker(once)
    vaults.warm()
    while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(await vaults.list()).toEqual([])
  })

  it('is asked for its formats again where it ended before it told them', async () => {
    const marker = join(folder, 'ended-telling')
    const once = entry(
      'once-telling',
      `import { existsSync, writeFileSync } from 'node:fs'; import { parentPort } from 'node:worker_threads'
       if (!existsSync(${JSON.stringify(marker)})) { writeFileSync(${JSON.stringify(marker)}, ''); throw new Error('no') }
       parentPort.on('message', () => parentPort.postMessage([]))`,
    )
    const vaults = vaultsInWorker(once)
    await expect(vaults.list()).rejects.toThrow('no')
    expect(await vaults.list()).toEqual([])
  })

  it('listens to its thread once, however many jobs it does one after the other', async () => {
    const warnings: string[] = []
    const warned = ({ name }: Error): void => void warnings.push(name)
    process.on('warning', warned)
    const vaults = vaultsInWorker(built)
    for (let job = 0; job < 12; job += 1) await vaults.read(part, null, {})
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('takes a large file over, so that it is there once, and leaves a small one where it is', async () => {
    const vaults = vaultsInWorker(built)
    // a table with five million empty lines behind it
    const large = new Uint8Array(5 * 1024 * 1024).fill(0x0a)
    large.set(part.bytes)
    expect(await vaults.read({ ...part, bytes: large }, null, {})).toMatchObject({ ok: true })
    expect(large.byteLength).toBe(0)
    expect(await vaults.read(part, null, {})).toMatchObject({ ok: true })
    expect(part.bytes.byteLength).toBeGreaterThan(0)
  })

  it('leaves whoever asked free while it works', async () => {
    // it works until this thread has done something else ten times
    const done = join(folder, 'done')
    const busy = `import { existsSync } from 'node:fs'; while (!existsSync(${JSON.stringify(done)})); process.exit()`
    const vaults = vaultsInWorker(entry('slow', busy), { timeMs: 60_000 })
    let ticks = 0
    const timer = setInterval(() => (ticks += 1) === 10 && writeFileSync(done, ''), 10)
    await vaults.read(part, null, {}).catch(() => undefined)
    clearInterval(timer)
    expect(ticks).toBeGreaterThanOrEqual(10)
  })

  it('ends a file that takes too much', async () => {
    const before = process.memoryUsage().rss
    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 10)
    const hungry = entry('hungry', 'const all = []; for (;;) all.push(new Array(1e5).fill({ a: 1 }))')
    expect(await vaultsInWorker(hungry, { memoryMib: 64 }).read(part, null, {})).toMatchObject({
      ok: false,
      failure: { code: 'vault-limit', fields: { file: 'a.csv' } },
    })
    clearInterval(watch)
    // its own bound ended it, not the engine's, which is gigabytes
    expect(peak - before).toBeLessThan(700_000_000)
    const endless = entry('endless', 'for (;;);')
    expect(await vaultsInWorker(endless, { timeMs: 300 }).read(part, null, {})).toMatchObject({
      ok: false,
      failure: { code: 'vault-limit', fields: { what: 'the time it takes' } },
    })
  })

  it('is a bug where it dies without a word, not a wait for ever', async () => {
    await expect(vaultsInWorker(entry('dies', 'process.exit(1)')).read(part, null, {})).rejects.toThrow()
    await expect(vaultsInWorker(entry('throws', 'throw new Error("no")')).read(part, null, {})).rejects.toThrow()
  })

  it('knows nothing of the environment it was started from', async () => {
    const tells = entry(
      'env',
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => parentPort.postMessage(Object.keys(process.env)))",
    )
    expect(await vaultsInWorker(tells).list()).toEqual([])
  })

  it('is one for jobs that follow each other, starts anew after one that broke it, and does not stay', async () => {
    const counts = entry(
      'counts',
      "import { parentPort, threadId } from 'node:worker_threads'; parentPort.on('message', ({ part }) => part.fileName === 'break' ? process.exit() : parentPort.postMessage({ threadId }))",
    )
    const vaults = vaultsInWorker(counts, { idleMs: 200 })
    const thread = () => vaults.read(part, null, {}) as unknown as Promise<{ readonly threadId: number }>
    const [first, second] = await Promise.all([thread(), thread()])
    expect(second).toEqual(first)
    await expect(vaults.read({ ...part, fileName: 'break' }, null, {})).rejects.toThrow()
    const third = await thread()
    expect(third).not.toEqual(first)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await thread()).not.toEqual(third)
  })
})
