import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotationResult, verifyResult, type RotationResult } from '../../../src-contract/views.ts'
import type { Context } from '../../../src-main/hosts/cli/context.ts'
import { showLive } from '../../../src-main/hosts/cli/live-results.ts'
import { Output } from '../../../src-main/hosts/cli/output.ts'
import { hasTerminal } from '../../fixtures/children.ts'
import { distCli, openWorld, type World } from './world.ts'

/** Every credential that is named has its line, also where nothing came of it; and what is asked comes before what is wrong. */
let world: World
beforeAll(async () => {
  world = await openWorld()
  for (const vendor of ['projectdiscovery', 'scrapebit', 'userplane'] as const) {
    const { key, baseUrl } = world.sandbox.vendors[vendor]
    const added = await world.rekey(['add', vendor, `my/${vendor}`, '--base-url', baseUrl], `${key}\n`)
    expect(added.code, added.stderr).toBe(0)
  }
  expect((await world.rekey(['add', 'other', 'my/other'], 'sk_live_other_0123456789\n')).code).toBe(0)
})
afterAll(() => world.close())

async function play(args: readonly string[], script: readonly (readonly [string | null, string])[]) {
  const file = join(import.meta.dirname, '../../fixtures/play-terminal.py')
  const ran = await world.sh('python3 "$PLAY" "$SCRIPT" "$NODE" "$CLI" $ARGS', '', {
    PLAY: file,
    SCRIPT: JSON.stringify(script),
    NODE: process.execPath,
    CLI: distCli,
    ARGS: args.join(' '),
    TERM: 'xterm',
  })
  const { screen, code } = JSON.parse(ran.stdout) as { readonly screen: string; readonly code: number }
  const lines = screen.split(/\r?\n/).filter((line) => line.startsWith('{'))
  return { screen, code, results: lines.map((line) => rotationResult.parse(JSON.parse(line))) }
}

describe('rekey rotate --json', () => {
  it.skipIf(!hasTerminal())('has a line for each where the person says no, or leaves', async () => {
    const names = ['my/projectdiscovery', 'my/scrapebit']
    for (const [answer, code] of [
      ['n\r', 3],
      ['\u0003', 130],
    ] as const) {
      const played = await play(['rotate', ...names, '--json'], [['[y/N] ', answer]])
      expect(played, played.screen).toMatchObject({ code })
      expect(played.results).toMatchObject(
        names.map((name) => ({ name, outcome: 'cancelled', code: 'cancelled', settled: true, oldKey: 'unknown' })),
      )
      expect(played.screen).not.toContain('"error"')
    }
    expect(world.sandbox.log.filter((entry) => entry.class === 'mint')).toEqual([])
  })

  it.skipIf(!hasTerminal())(
    'has a line where a dashboard rotation is left waiting: at once, or after pastes that were refused',
    async () => {
      const hidden = 'new key of my/userplane (hidden): '
      const left = await play(
        ['rotate', 'my/userplane', '--json'],
        [
          ['[1] ', '\r'],
          [hidden, '\u0003'],
        ],
      )
      expect([4, 130]).toContain(left.code)
      expect(left.results).toMatchObject([{ name: 'my/userplane', outcome: 'waiting', settled: false }])
      expect(left.results[0]?.rotationId).toMatch(/^[0-9A-Z]{26}$/)

      const wrong = 'uspl_0000000000000000000000000000\r'
      const refused = await play(
        ['rotate', 'my/userplane', '--json'],
        [
          ['[1] ', '\r'],
          [hidden, wrong],
          [hidden, wrong],
          [hidden, wrong],
        ],
      )
      expect(refused.code).toBe(4)
      expect(refused.results).toMatchObject([{ outcome: 'waiting', code: 'paste-rejected' }])
      expect(refused.results[0]?.rotationId).toBe(left.results[0]?.rotationId)
    },
  )

  it('has a line where a pasted key cannot be taken in, with the exit of the reason', async () => {
    const fresh = world.sandbox.dashboardRotate('userplane')
    writeFileSync(join(world.folder, 'wrong'), 'not this one\n', { mode: 0o600 })
    const bad = { REKEY_PASSPHRASE_FILE: join(world.folder, 'wrong') }
    const ran = await world.rekey(['rotate', 'my/userplane', '--json'], `${fresh}\n`, bad)
    expect(ran.code, ran.stderr).toBe(5)
    const [line] = ran.stdout.split('\n')
    expect(rotationResult.parse(JSON.parse(line ?? ''))).toMatchObject({
      name: 'my/userplane',
      outcome: 'waiting',
      code: 'wrong-passphrase',
      settled: false,
      oldKey: 'unknown',
    })
    expect((await world.rekey(['rotate', 'my/userplane', '--json'], `${fresh}\n`)).code).toBe(0)
  })
})

describe('showing results', () => {
  const ending = (name: string): RotationResult => ({
    v: 1,
    name,
    vendor: 'scrapebit',
    rotationId: null,
    outcome: 'not-started',
    settled: true,
    oldKey: 'unknown',
    newKey: null,
    message: 'not started',
    durationMs: 0,
  })

  it('shows once each what was announced and what was only returned', () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const out = new Output({ stdout, stderr, env: {}, isColourful: false, isJson: true, isQuiet: true })
    let announce: Parameters<Context['listen']>[0] = () => undefined
    const listen: Context['listen'] = (listener) => {
      announce = listener
      return () => (announce = () => undefined)
    }
    const stop = showLive({ out, listen } as Context, 2)
    announce({ type: 'rotation.ended', result: ending('announced') })
    stop([ending('announced'), ending('returned')])
    const names = String(stdout.read())
      .trimEnd()
      .split('\n')
      .map((line) => rotationResult.parse(JSON.parse(line)).name)
    expect(names).toEqual(['announced', 'returned'])
  })
})

describe('what is asked comes first', () => {
  it('needs --yes before it looks at a home that is broken', async () => {
    const home = join(world.folder, 'open-to-all')
    mkdirSync(home, { mode: 0o755 })
    for (const args of [
      ['rotate', 'my/scrapebit'],
      ['rotate', '--all'],
    ]) {
      expect(await world.rekey([...args, '--yes'], '', { REKEY_HOME: home })).toMatchObject({ code: 5, stdout: '' })
      const ran = await world.rekey(args, '', { REKEY_HOME: home })
      expect(ran).toMatchObject({ code: 2, stdout: '' })
      expect(ran.stderr).toContain('add --yes')
    }
  })
})

describe('rekey run', () => {
  it('refuses a variable that it would take away again, and one given twice', async () => {
    for (const [flags, says] of [
      [['--env', 'REKEY_HOME=my/other'], 'REKEY_HOME is not passed on'],
      [['--env', 'KEY=my/other', '--env', 'KEY=my/scrapebit'], 'KEY is given twice'],
    ] as const) {
      const ran = await world.rekey(['run', ...flags, '--', 'env'])
      expect(ran).toMatchObject({ code: 125, stdout: '' })
      expect(ran.stderr).toContain(says)
    }
  })
})

describe('rekey verify', () => {
  it('does not fail for ever over keys that nobody can be asked about', async () => {
    const all = await world.rekey(['verify', '--all'])
    expect(all, all.stdout).toMatchObject({ code: 0, stderr: '' })
    expect(all.stdout).toContain('● my/other  cannot be verified\n')
    expect(all.stdout).toContain('● my/scrapebit  works\n')
    const lines = (await world.rekey(['verify', '--all', '--json'])).stdout.trimEnd().split('\n')
    const states = lines.map((line) => verifyResult.parse(JSON.parse(line)))
    expect(states.find(({ name }) => name === 'my/other')?.state).toBe('unknown')
    expect(await world.rekey(['verify', 'my/other'])).toMatchObject({ code: 4 })
    world.sandbox.inject({ vendor: 'scrapebit', kind: 'verify-down' })
    expect(await world.rekey(['verify', '--all'])).toMatchObject({ code: 4 })
  })
})
