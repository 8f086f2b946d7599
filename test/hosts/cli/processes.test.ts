import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotationResult } from '../../../src-contract/views.ts'
import { vendorIds } from '../../../src-main/sandbox/vendor-id.ts'
import { distCli, openWorld, type World } from './world.ts'

/** Commands that are processes of their own kind: a sandbox that stays, a demo, completions in a real shell, a new passphrase. */
let world: World

beforeAll(async () => {
  world = await openWorld()
  for (const name of ['prod/scrapebit', 'prod/second']) {
    const key =
      name === 'prod/scrapebit'
        ? world.sandbox.vendors.scrapebit.key
        : world.sandbox.addPrincipal('scrapebit', 'second').key
    const added = await world.rekey(
      ['add', 'scrapebit', name, '--base-url', world.sandbox.vendors.scrapebit.baseUrl],
      `${key}\n`,
    )
    expect(added, added.stderr).toMatchObject({ code: 0 })
  }
})
afterAll(() => world.close())

const resultsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => rotationResult.parse(JSON.parse(line)))

describe('rekey rotate --json', () => {
  it('prints each line as its rotation ends, not at the end of all', async () => {
    world.sandbox.inject({ vendor: 'scrapebit', kind: 'delay', ms: 1200, principal: 'second' })
    const child = spawn(process.execPath, [distCli, 'rotate', '--all', '--yes', '--json'], {
      cwd: world.folder,
      env: world.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const times: number[] = []
    const names: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      times.push(performance.now())
      names.push(rotationResult.parse(JSON.parse(line)).name)
    }
    expect(names).toEqual(['prod/scrapebit', 'prod/second'])
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(500)
  })

  it('says when to try again: by our own count, and by what the vendor said', async () => {
    const [paced] = resultsOf((await world.rekey(['rotate', 'prod/scrapebit', '--yes', '--json'])).stdout)
    expect(paced).toMatchObject({ outcome: 'not-started', code: 'pace' })
    expect(paced?.retryAfterSeconds).toBeGreaterThan(3500)
    expect(paced?.retryAfterSeconds).toBeLessThanOrEqual(3600)

    const third = world.sandbox.addPrincipal('scrapebit', 'third')
    const at = world.sandbox.vendors.scrapebit.baseUrl
    await world.rekey(['add', 'scrapebit', 'third', '--base-url', at], `${third.key}\n`)
    world.sandbox.inject({ vendor: 'scrapebit', kind: 'status', status: 429, retryAfterSeconds: 2400 })
    const [limited] = resultsOf((await world.rekey(['rotate', 'third', '--yes', '--json'])).stdout)
    expect(limited).toMatchObject({ outcome: 'refused', code: 'rate-limited', oldKey: 'works' })
    expect(limited?.retryAfterSeconds).toBeGreaterThan(2390)
    expect(limited?.retryAfterSeconds).toBeLessThanOrEqual(2400)
  })
})

describe('rekey sandbox', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`prints one line, answers, and ends on ${signal}`, async () => {
      const child = spawn(process.execPath, [distCli, 'sandbox'], { env: world.env, stdio: ['ignore', 'pipe', 'pipe'] })
      const lines: string[] = []
      const first = new Promise<string>((resolve) => {
        createInterface({ input: child.stdout }).on('line', (line) => {
          lines.push(line)
          resolve(line)
        })
      })
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
      const shown = JSON.parse(await first) as {
        vendors: Record<string, { baseUrl: string; key: string }>
        control: string
      }
      expect(Object.keys(shown.vendors).sort()).toEqual([...vendorIds].sort())
      for (const { baseUrl, key } of Object.values(shown.vendors)) {
        expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+/)
        expect(key.length).toBeGreaterThan(8)
      }
      expect((await fetch(shown.control)).status).toBe(200)
      const before = performance.now()
      child.kill(signal)
      expect([0, 130, 143]).toContain(await ended)
      expect(performance.now() - before).toBeLessThan(5000)
      expect(lines).toHaveLength(1)
    })
  }
})

it('rekey demo needs nothing, asks nothing, ends well and soon, and touches no home', async () => {
  const before = performance.now()
  const ran = await world.sh('env -i PATH="$PATH" HOME=/nonexistent REKEY_HOME=/nonexistent/home rekey demo </dev/null')
  expect(ran, ran.stderr).toMatchObject({ code: 0, stderr: '' })
  expect(performance.now() - before).toBeLessThan(10_000)
  expect(ran.stdout).toContain('no key lost, none asked for twice')
  expect(ran.stdout).toContain('killed (SIGKILL)')
})

describe('rekey completion', () => {
  const complete = (words: readonly string[]) => `
    source <(rekey completion bash)
    COMP_WORDS=(rekey ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; COMPREPLY=()
    _rekey; printf '%s\\n' "\${COMPREPLY[@]}"`
  const bash = async (words: readonly string[]): Promise<readonly string[]> => {
    const ran = await world.sh(`bash -c "$SCRIPT"`, '', { SCRIPT: complete(words) })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    return ran.stdout.trim().split('\n')
  }
  it.skipIf(spawnSync('bash', ['-c', 'true']).status !== 0)(
    'completes commands, names, flags and vendors in bash',
    async () => {
      expect(await bash(['ro'])).toEqual(['rotate'])
      expect(await bash(['rotate', 'prod/'])).toEqual(['prod/scrapebit', 'prod/second'])
      expect(await bash(['rotate', '--du'])).toEqual(['--due'])
      expect(await bash(['add', 'con'])).toEqual(['conjur'])
      expect(await bash(['vendor', ''])).toEqual(['check', 'trust', 'schema'])
      expect(await bash(['rotate', 'nothing-like-it'])).toEqual([''])
    },
  )

  it('prints scripts that zsh and fish take, where they are installed', async () => {
    for (const shell of ['zsh', 'fish']) {
      const script = await world.rekey(['completion', shell])
      expect(script).toMatchObject({ code: 0, stderr: '' })
      expect(script.stdout).toContain('rekey __complete --')
      if (spawnSync(shell, ['--version']).status === 0) {
        expect((await world.sh(`${shell} -n`, script.stdout)).code).toBe(0)
      }
    }
  })
})

describe('rekey passphrase', () => {
  it('changes it from files, and refuses a wrong one', async () => {
    const file = (name: string, text: string): string => {
      writeFileSync(join(world.folder, name), text, { mode: 0o600 })
      return join(world.folder, name)
    }
    const [next, wrong] = [file('next', 'another long phrase\n'), file('wrong', 'not this\n')]
    const unasked = await world.rekey(['passphrase'])
    expect(unasked).toMatchObject({ code: 2, stdout: '' })
    expect(unasked.stderr).toContain('give --new-passphrase-file')
    const refused = await world.rekey(['passphrase', '--new-passphrase-file', next], '', {
      REKEY_PASSPHRASE_FILE: wrong,
    })
    expect(refused).toMatchObject({ code: 5, stdout: '' })
    expect(refused.stderr).toContain('the passphrase is wrong')
    const changed = await world.rekey(['passphrase', '--new-passphrase-file', next])
    expect(changed, changed.stderr).toMatchObject({ code: 0, stderr: '' })
    expect((await world.rekey(['get', 'prod/second'])).code).toBe(5)
    expect((await world.rekey(['get', 'prod/second'], '', { REKEY_PASSPHRASE_FILE: next })).code).toBe(0)
  })
})

const systemNode = spawnSync('/usr/bin/node', ['--version'], { encoding: 'utf8' })
const isOlder = systemNode.status === 0 && Number(/^v(\d+)/.exec(systemNode.stdout)?.[1]) < 24

it.skipIf(!isOlder)('runs under the newer Node that lies beside it, when an older one starts it', async () => {
  const home = join(world.folder, 'older')
  mkdirSync(home, { mode: 0o700 })
  const ran = await world.sh(`/usr/bin/node "${distCli}" list --json`, '', { REKEY_HOME: home })
  expect(ran).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
})
