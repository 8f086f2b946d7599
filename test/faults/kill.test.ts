import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotationResult } from '../../src-contract/views.ts'
import { findSecrets } from '../canary/find-secrets.ts'
import { childrenOf } from '../fixtures/children.ts'
import { distCli, openWorld, type World } from '../hosts/cli/world.ts'

/**
 * The real `rekey rotate`, killed with SIGKILL at moments spread over its whole life, alone or with its courier. A slice runs
 * here; KILLS=1000 makes it a long one.
 */
const KILLS = Number(process.env['KILLS'] ?? 14)
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const keyOf = async (name: string): Promise<string> =>
  (await world.rekey(['get', name, '--even-if-open'])).stdout.trim()

async function newCredential(name: string): Promise<{ readonly principal: string; readonly key: string }> {
  const who = world.sandbox.addPrincipal('projectdiscovery')
  const { baseUrl } = world.sandbox.vendors.projectdiscovery
  const added = await world.rekey(['add', 'projectdiscovery', name, '--base-url', baseUrl], `${who.key}\n`)
  expect(added.code, added.stderr).toBe(0)
  return who
}

const mintsOf = (principal: string): number =>
  world.sandbox.log.filter((entry) => entry.class === 'mint' && entry.target === principal).length

const outcomesIn = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => rotationResult.parse(JSON.parse(line)))

describe('kill -9', () => {
  it('of the app, at any moment: nothing is lost, the vendor is asked once, recovery tells the truth', async () => {
    for (let round = 0; round < KILLS; round += 1) {
      const name = `app/${round}`
      const who = await newCredential(name)
      world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'delay', ms: 60, principal: who.principal })
      const child = spawn(process.execPath, [distCli, 'rotate', name, '--yes'], { env: world.env, stdio: 'ignore' })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await sleep(60 + round * Math.ceil(420 / KILLS))
      child.kill('SIGKILL')
      await ended
      const recovered = await world.rekey(['recover', '--json'])
      expect(recovered.code, `${name}: ${recovered.stdout}${recovered.stderr}`).toBe(0)
      expect(mintsOf(who.principal), name).toBeLessThanOrEqual(1)
      const key = await keyOf(name)
      expect(world.sandbox.keyState('projectdiscovery', key), name).toBe('works')
      expect(key === who.key, name).toBe(mintsOf(who.principal) === 0)
    }
  }, 120_000)

  it('of the courier: what is said is true, and lost only where the reply had not come whole', async () => {
    for (let round = 0; round < Math.ceil(KILLS / 2); round += 1) {
      const name = `courier/${round}`
      const who = await newCredential(name)
      world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'delay', ms: 80, principal: who.principal })
      const child = spawn(process.execPath, [distCli, 'rotate', name, '--yes', '--json'], {
        env: world.env,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      const ended = new Promise((resolve) => child.once('close', resolve))
      await sleep(150 + round * 40)
      for (const pid of childrenOf(child.pid ?? 0, 'courier.js')) process.kill(pid, 'SIGKILL')
      await ended
      for (const result of outcomesIn(stdout)) {
        const key = await keyOf(name)
        const kept = world.sandbox.keyState('projectdiscovery', key)
        if (result.settled) expect(kept, JSON.stringify(result)).toBe('works')
        if (result.oldKey !== 'unknown') expect(world.sandbox.keyState('projectdiscovery', who.key)).toBe(result.oldKey)
        expect(mintsOf(who.principal)).toBeLessThanOrEqual(1)
        if (result.outcome === 'lost') await world.rekey(['recover', name, '--settle', 'neither', '--yes'])
      }
    }
  }, 120_000)
})

describe('two processes at once', () => {
  it('rotate a credential once: the other one is told that it is busy', async () => {
    const who = await newCredential('both/key')
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'delay', ms: 600, principal: who.principal })
    const both = await Promise.all([1, 2].map(() => world.rekey(['rotate', 'both/key', '--yes', '--json'])))
    const results = both.flatMap(({ stdout }) => outcomesIn(stdout))
    expect(results.map(({ outcome, code }) => code ?? outcome).sort()).toEqual(['busy', 'rotated'])
    expect(mintsOf(who.principal)).toBe(1)
    expect(world.sandbox.keyState('projectdiscovery', await keyOf('both/key'))).toBe('works')
  })
})

describe('secrets', () => {
  it('are in no file, no output, no argument and no environment of a rotation, well or broken', async () => {
    const name = 'canary/key'
    const who = await newCredential(name)
    const outputs: { label: string; bytes: string }[] = []
    const run = async (...args: string[]): Promise<void> => {
      const ran = await world.rekey(args, '', { REKEY_LOG: 'debug' })
      outputs.push({ label: args.join(' '), bytes: ran.stdout + ran.stderr })
    }
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'delay', ms: 400, principal: who.principal })
    const child = spawn(process.execPath, [distCli, 'rotate', name, '--yes', '--json'], {
      env: world.env,
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await world.sandbox.waitFor((entry) => entry.class === 'mint' && entry.target === who.principal)
    for (const pid of [child.pid ?? 0, ...childrenOf(child.pid ?? 0)]) {
      for (const what of ['cmdline', 'environ'])
        outputs.push({ label: `${what} of ${pid}`, bytes: readFileSync(`/proc/${pid}/${what}`, 'latin1') })
    }
    await ended
    const second = await keyOf(name)
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'torn', at: -1, principal: who.principal })
    await run('rotate', name, '--yes')
    const third = await keyOf(name)
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'garbage', principal: who.principal })
    await run('rotate', name, '--yes', '--json')
    for (const args of [
      ['list'],
      ['list', '--json'],
      ['show', name],
      ['history', '--json'],
      ['recover', '--json'],
      ['verify', name],
      ['doctor', '--json'],
      ['vendors'],
    ]) {
      await run(...args)
    }
    const secrets = [who.key, second, third].map((value, index) => ({ label: `key ${index + 1}`, value }))
    expect(new Set(secrets.map(({ value }) => value)).size).toBe(3)
    expect(findSecrets([world.home], outputs, secrets)).toEqual([])
    // a scan that finds nothing anywhere proves nothing
    expect(findSecrets([], [{ label: 'get', bytes: third }], secrets)).not.toEqual([])
  }, 60_000)
})
