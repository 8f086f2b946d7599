import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'vitest'
import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'
import { hasTerminal } from '../../fixtures/children.ts'
import { resultsIn } from './fault-cells.ts'
import { distCli, openWorld, type World } from './world.ts'

/**
 * A person, a shell or a machine that ends `rekey rotate` while a reply is in the air: the reply is not lost, what is said
 * is true, and what comes next finds the truth. Every credential named is reported.
 */
const VENDOR = 'projectdiscovery'

type Name = { readonly name: string; readonly principal: string; readonly key: string }

async function within(count: number, test: (world: World, names: readonly Name[]) => Promise<void>): Promise<void> {
  const world = await openWorld()
  try {
    const names: Name[] = []
    for (let at = 0; at < count; at += 1) {
      const who = world.sandbox.addPrincipal(VENDOR)
      const name = `key/${at}`
      const flags = ['--base-url', world.sandbox.vendors[VENDOR].baseUrl]
      const added = await world.rekey(['add', VENDOR, name, ...flags], `${who.key}\n`)
      if (added.code !== 0) throw new Error(added.stderr)
      names.push({ name, principal: who.principal, key: who.key })
    }
    await test(world, names)
  } finally {
    await world.close()
  }
}

function start(world: World, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [distCli, ...args], { env: { ...world.env, ...env }, stdio: 'pipe' })
  child.stdin.end()
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text))
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  )
  return { child, said, ended }
}

const slowly = (world: World, { principal }: Name, fault: Fault): void =>
  void world.sandbox.inject({ vendor: VENDOR, principal, ...fault })
const inTheAir = (world: World, { principal }: Name) =>
  world.sandbox.waitFor((entry) => entry.class === 'mint' && entry.target === principal)
const mintsOf = (world: World, { principal }: Name): number =>
  world.sandbox.log.filter((entry) => entry.class === 'mint' && entry.target === principal).length
const kept = async (world: World, { name }: Name) => {
  const key = (await world.rekey(['get', name])).stdout.trim()
  return { key, state: world.sandbox.keyState(VENDOR, key) }
}

const STOPPING = 'stopping: nothing new is started, 1 in the air is finished first\n'
const answersLate: Fault = { kind: 'hang', when: 'after', ms: 900 }

describe.concurrent('while a reply is in the air', () => {
  for (const [title, signals] of [
    ['SIGINT', ['SIGINT']],
    ['SIGINT twice', ['SIGINT', 'SIGINT']],
    ['SIGINT, then all the others', ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGINT']],
    ['SIGTERM', ['SIGTERM']],
    ['SIGHUP', ['SIGHUP']],
  ] as const) {
    it(
      `${title}: it is waited for, stored and said`,
      ({ expect }) =>
        within(1, async (world, [one]) => {
          if (!one) return
          slowly(world, one, answersLate)
          const { child, said, ended } = start(world, ['rotate', one.name, '--yes', '--json'])
          await inTheAir(world, one)
          for (const signal of signals) {
            child.kill(signal)
            await sleep(60)
          }
          expect(await ended, said.stderr).toBe(0)
          expect(said.stderr).toBe(STOPPING)
          expect(resultsIn(said.stdout)).toMatchObject([{ name: one.name, outcome: 'rotated', oldKey: 'dead' }])
          expect(await kept(world, one)).toMatchObject({ state: 'works' })
          expect(await world.rekey(['recover'])).toMatchObject({ code: 0, stdout: '' })
          expect(mintsOf(world, one)).toBe(1)
        }),
      30_000,
    )
  }

  it(
    'and the vendor never answers, SIGINT: what came of it is said, and the exit is its own',
    ({ expect }) =>
      within(1, async (world, [one]) => {
        if (!one) return
        slowly(world, one, { kind: 'hang', when: 'after' })
        const { child, said, ended } = start(world, ['rotate', one.name, '--yes', '--json'], { REKEY_REPLY_WAIT: '1' })
        await inTheAir(world, one)
        child.kill('SIGINT')
        expect(await ended, said.stderr).toBe(4)
        expect(resultsIn(said.stdout)).toMatchObject([{ outcome: 'lost', oldKey: 'dead', code: 'no-reply' }])
      }),
    30_000,
  )

  it(
    'of many, SIGINT: what is in the air is finished, nothing new begins, and each one is reported',
    ({ expect }) =>
      within(4, async (world, names) => {
        const [first, ...others] = names
        if (!first) return
        for (const name of names) slowly(world, name, answersLate)
        const { child, said, ended } = start(world, ['rotate', '--all', '--yes', '--json', '--concurrency', '1'])
        const minted = await world.sandbox.waitFor((entry) => entry.class === 'mint')
        child.kill('SIGINT')
        const code = await ended
        const results = resultsIn(said.stdout)
        expect(results.map(({ name }) => name).sort()).toEqual(names.map(({ name }) => name).sort())
        expect(said.stderr).toBe(STOPPING)
        // one or two: the next may have been on its way when the signal came
        const flown = results.filter(({ outcome }) => outcome === 'rotated')
        expect(flown.map(({ name }) => name)).toContain(names.find((each) => each.principal === minted.target)?.name)
        const left = results.filter(({ outcome }) => outcome !== 'rotated')
        for (const { outcome, oldKey, rotationId } of left) {
          expect(['not-started', 'cancelled']).toContain(outcome)
          expect([oldKey, rotationId]).not.toContain('dead')
        }
        expect(left.length).toBeGreaterThanOrEqual(others.length - 1)
        expect(code).toBe(3)
        for (const name of names) {
          const isFlown = flown.some((each) => each.name === name.name)
          expect(mintsOf(world, name)).toBe(isFlown ? 1 : 0)
          expect(await kept(world, name)).toMatchObject({ state: 'works', ...(isFlown ? {} : { key: name.key }) })
        }
        expect(await world.rekey(['recover'])).toMatchObject({ code: 0, stdout: '' })
      }),
    30_000,
  )

  it(
    'SIGINT again after five seconds leaves, HUP does not; the courier seals and recovery settles',
    ({ expect }) =>
      within(1, async (world, [one]) => {
        if (!one) return
        slowly(world, one, { kind: 'hang', when: 'after', ms: 6500 })
        const { child, said, ended } = start(world, ['rotate', one.name, '--yes', '--json'], { REKEY_REPLY_WAIT: '9' })
        await inTheAir(world, one)
        child.kill('SIGINT')
        await sleep(5150)
        child.kill('SIGHUP')
        await sleep(150)
        expect(child.exitCode).toBe(null)
        child.kill('SIGTERM')
        expect(await ended).toBe(4)
        expect(said.stdout).toBe('')
        expect(said.stderr).toBe(
          `${STOPPING}leaving 1 in the air: the courier still finishes and seals it; rekey recover settles it\n`,
        )
        expect(await world.rekey(['get', one.name])).toMatchObject({ code: 4, stdout: '' })
        const recovered = await world.rekey(['recover', '--json'])
        expect(recovered.code, recovered.stdout).toBe(0)
        expect(resultsIn(recovered.stdout)).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
        expect(await kept(world, one)).toMatchObject({ state: 'works' })
        expect(mintsOf(world, one)).toBe(1)
      }),
    30_000,
  )

  it(
    'of nobody, for keys go into a file: SIGINT again after five seconds leaves nothing of it, and claims no more than that',
    ({ expect }) =>
      within(1, async (world) => {
        const place = join(world.folder, 'place')
        mkdirSync(place)
        const words = join(world.folder, 'words')
        writeFileSync(words, 'a passphrase of the file\n')
        const file = join(place, 'all.rekey')
        const { child, said, ended } = start(world, ['export', file, '--format', 'rekey', '--passphrase-file', words])
        // it is read again now, which takes about a second
        await expect.poll(() => readdirSync(place), { interval: 5 }).toHaveLength(1)
        child.kill('SIGINT')
        await sleep(50)
        child.kill('SIGSTOP')
        await sleep(5150)
        child.kill('SIGINT')
        child.kill('SIGCONT')
        expect(await ended, said.stderr).toBe(130)
        expect(said).toEqual({ stdout: '', stderr: 'left before it was done: rekey doctor says what is left of it\n' })
        expect(readdirSync(place)).toEqual([])
        expect((await world.rekey(['doctor', '--json'])).stdout).not.toContain('cut short')
      }),
    30_000,
  )

  for (const gone of ['stdout', 'stderr', 'both'] as const) {
    it(
      `the reader of ${gone} is gone: the key is stored all the same`,
      ({ expect }) =>
        within(1, async (world, [one]) => {
          if (!one) return
          slowly(world, one, answersLate)
          const { child, said, ended } = start(world, ['rotate', one.name, '--yes', '--json'])
          await inTheAir(world, one)
          if (gone !== 'stderr') child.stdout.destroy()
          if (gone !== 'stdout') child.stderr.destroy()
          // makes it write to stderr too
          child.kill('SIGTERM')
          expect(await ended).toBe(0)
          if (gone === 'stderr') expect(resultsIn(said.stdout)).toMatchObject([{ outcome: 'rotated' }])
          expect(await kept(world, one)).toMatchObject({ state: 'works' })
          expect(mintsOf(world, one)).toBe(1)
        }),
      30_000,
    )
  }

  it.skipIf(!hasTerminal())(
    'its terminal is gone: the key is stored all the same',
    ({ expect }) =>
      within(1, async (world, [one]) => {
        if (!one) return
        slowly(world, one, answersLate)
        const script = join(import.meta.dirname, '../../fixtures/lose-terminal.py')
        const rekey = `'${process.execPath}' '${distCli}' rotate ${one.name} --yes`
        const played = await world.sh(`python3 '${script}' 'waiting for the answer' ${rekey}`)
        expect(played, played.stderr).toMatchObject({ code: 0, stdout: '0\n' })
        expect(await kept(world, one)).toMatchObject({ state: 'works' })
        expect(await world.rekey(['recover'])).toMatchObject({ code: 0, stdout: '' })
        expect(mintsOf(world, one)).toBe(1)
      }),
    30_000,
  )
})

describe.concurrent('before anything is in the air', () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(
      `${signal}: nothing is sent, each one is reported, and the exit is the signal's`,
      ({ expect }) =>
        within(2, async (world, names) => {
          world.sandbox.clearLog()
          for (const name of names) slowly(world, name, { kind: 'delay', match: 'verify', ms: 900 })
          const { child, said, ended } = start(world, ['rotate', '--all', '--yes', '--json'])
          await world.sandbox.waitFor((entry) => entry.class === 'verify')
          child.kill(signal)
          expect(await ended, said.stderr).toBe(code)
          const results = resultsIn(said.stdout)
          expect(results.map(({ name }) => name).sort()).toEqual(names.map(({ name }) => name))
          for (const { outcome } of results) expect(['cancelled', 'not-started']).toContain(outcome)
          for (const name of names) {
            expect(mintsOf(world, name)).toBe(0)
            expect(await kept(world, name)).toEqual({ key: name.key, state: 'works' })
          }
        }),
      30_000,
    )
  }

  it(
    'a closed pipe, as of head -0, and closed descriptors: the rotation is what it would have been',
    ({ expect }) =>
      within(3, async (world, names) => {
        const [piped, out, err] = names
        if (!piped || !out || !err) return
        const lines = [
          `rekey rotate ${piped.name} --yes --json | head -c 0`,
          `rekey rotate ${out.name} --yes --json >&-`,
          `rekey rotate ${err.name} --yes --json 2>&-`,
        ]
        const ran = await Promise.all(lines.map((line) => world.sh(line)))
        expect(ran.map(({ code }) => code)).toEqual([0, 0, 0])
        expect(resultsIn(ran[2]?.stdout ?? '')).toMatchObject([{ outcome: 'rotated' }])
        for (const name of names) {
          expect(await kept(world, name)).toMatchObject({ state: 'works' })
          expect(mintsOf(world, name)).toBe(1)
          expect(world.sandbox.keyState(VENDOR, name.key)).toBe('dead')
        }
      }),
    30_000,
  )
})
