import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotationResult } from '../../src-contract/views.ts'
import type { Sandbox } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { startKeyring, type Keyring } from '../fixtures/keyring.ts'

/**
 * The keychain's daemon stands still, or is killed, while the vendor's reply is in the air: the new key is held, the failure
 * has a name, whatever needs no keychain goes on, and once the daemon is back `recover` ends `rotated`.
 */
const cli = join(import.meta.dirname, '../../dist/cli.js')
const VENDOR = 'projectdiscovery'
let keyring: Keyring | null = null
let sandbox: Sandbox
let folder: string
beforeAll(async () => {
  keyring = await startKeyring()
  sandbox = await startSandbox({ quiet: true })
  folder = mkdtempSync(join(tmpdir(), 'rekey-daemon-'))
})
afterAll(async () => {
  keyring?.contDaemon()
  await keyring?.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }
const rekey = (ring: Keyring, args: readonly string[], stdin = ''): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const env = { ...ring.env, REKEY_HOME: join(folder, 'home'), REKEY_KEYCHAIN: 'os', REKEY_REPLY_WAIT: '5' }
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: 'pipe' })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => undefined).end(stdin)
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }))
  })

const result = (ran: Ran) => rotationResult.parse(JSON.parse(ran.stdout))
const mintsOf = (principal: string): number =>
  sandbox.log.filter((entry) => entry.class === 'mint' && entry.target === principal).length
const item = async (ring: Keyring, name: string): Promise<string> =>
  (await ring.secretTool(['lookup', 'service', 'rekey', 'account', name])).stdout.trim()

async function added(ring: Keyring, name: string) {
  const who = sandbox.addPrincipal(VENDOR)
  const flags = ['--base-url', sandbox.vendors[VENDOR].baseUrl]
  const ran = await rekey(ring, ['add', VENDOR, name, ...flags], `${who.key}\n`)
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  return who
}

/** A rotation whose request has arrived at the vendor, which has yet to answer. */
function startRotation(ring: Keyring, name: string, principal: string) {
  sandbox.inject({ vendor: VENDOR, kind: 'hang', when: 'after', ms: 1500, principal })
  const ended = rekey(ring, ['rotate', name, '--yes', '--json'])
  return { ended, arrived: sandbox.waitFor((entry) => entry.class === 'mint' && entry.target === principal) }
}

const using = (title: string, test: (ring: Keyring) => Promise<void>): void => {
  it(
    title,
    async ({ skip }) => {
      if (!keyring) return skip()
      await test(keyring)
    },
    60_000,
  )
}

describe('a keychain daemon that goes away while a reply is in the air', () => {
  for (const [how, goes, comes, code] of [
    [
      'stands still (SIGSTOP)',
      async (ring: Keyring) => ring.stopDaemon(),
      async (ring: Keyring) => ring.contDaemon(),
      /^keychain-(timeout|write-unknown)$/,
    ],
    [
      'is killed (SIGKILL)',
      (ring: Keyring) => ring.killDaemon(),
      (ring: Keyring) => ring.restartDaemon(),
      /^keychain-(unavailable|died|locked-or-item-missing)$/,
    ],
  ] as const) {
    using(`${how}: the key is held, and recovered when it is back`, async (ring) => {
      const isKilled = how.startsWith('is killed')
      const [held, other] = [`held/${how.length}`, `other/${how.length}`]
      const who = await added(ring, held)
      const bystander = await added(ring, other)
      const rotating = startRotation(ring, held, who.principal)
      await rotating.arrived
      await goes(ring)
      try {
        // what was not sent yet is not sent, and what needs no keychain does not wait for it
        const [ended, refused, listed] = await Promise.all([
          rotating.ended,
          // each call to a daemon that stands still takes its ten seconds: one rotation of them is enough here
          isKilled ? rekey(ring, ['rotate', other, '--yes', '--json']) : null,
          rekey(ring, ['list', '--json']),
        ])
        expect(ended.code, ended.stdout + ended.stderr).toBe(4)
        expect(result(ended)).toMatchObject({ outcome: 'held', settled: false })
        // the old key is dead at the vendor: that it worked before the request says nothing now
        expect(result(ended).oldKey).not.toBe('works')
        expect(result(ended).message).not.toContain('…')
        expect(result(ended).code).toMatch(code)
        expect(result(ended).message).toContain('the new key works and is sealed; the keychain would not take it')
        expect(result(ended).newKey?.fingerprint).toMatch(/^[0-9a-f]{16}$/)
        if (refused) {
          expect(refused.code).toBe(5)
          expect(result(refused)).toMatchObject({ outcome: 'not-sent', rotationId: null })
          expect(result(refused).code).toMatch(/^keychain-/)
        }
        expect(mintsOf(bystander.principal)).toBe(0)
        expect(listed).toMatchObject({ code: 0 })
        expect(await rekey(ring, ['get', held])).toMatchObject({ code: 4, stdout: '' })
      } finally {
        await comes(ring)
      }
      const recovered = await rekey(ring, ['recover', '--json'])
      expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0)
      expect(result(recovered)).toMatchObject({ name: held, outcome: 'rotated', oldKey: 'dead', settled: true })
      expect(mintsOf(who.principal)).toBe(1)
      expect(sandbox.keyState(VENDOR, await item(ring, held))).toBe('works')
      expect((await rekey(ring, ['get', held])).stdout.trim()).toBe(await item(ring, held))
      expect(await item(ring, other)).toBe(bystander.key)
      expect((await rekey(ring, ['rotate', other, '--yes'])).code).toBe(0)
    })
  }
})
