import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rotationResult, type RotationResult } from '../../src-contract/views.ts'
import type { Sandbox } from '../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { startKeyring, type Keyring } from '../fixtures/keyring.ts'
import { startPrompter, type Answer, type Prompter } from '../fixtures/prompter.ts'

/** The built command line over a gnome-keyring that asks a person: whatever the person says, and whenever, no key is lost. */
const cli = join(import.meta.dirname, '../../dist/cli.js')
const VENDOR = 'projectdiscovery'
let keyring: Keyring | null = null
let prompter: Prompter
let sandbox: Sandbox
let folder: string
let homes = 0
let home: string
beforeAll(async () => {
  keyring = await startKeyring()
  if (keyring) prompter = await startPrompter(keyring)
  sandbox = await startSandbox({ quiet: true })
  folder = mkdtempSync(join(tmpdir(), 'rekey-prompt-'))
})
beforeEach(async () => {
  home = join(folder, `home-${homes++}`)
  await keyring?.unlock()
})
afterAll(async () => {
  prompter?.close()
  await keyring?.close()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string; readonly prompts: number }
const rekey = (args: readonly string[], stdin = '') =>
  new Promise<Ran>((resolve, reject) => {
    const before = prompter.prompts.length
    const env = { ...keyring?.env, REKEY_HOME: home, REKEY_KEYCHAIN: 'os', REKEY_REPLY_WAIT: '5' }
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: 'pipe' })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => undefined).end(stdin)
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr, prompts: prompter.prompts.length - before }))
  })
const resultsOf = ({ stdout }: Ran): readonly RotationResult[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => rotationResult.parse(JSON.parse(line)))
const answering = (answer: Answer, afterMs: number): void => {
  prompter.onPrompt = (prompt) => void setTimeout(() => prompt.answer(answer), afterMs)
}
const mints = (principal: string): number =>
  sandbox.log.filter((entry) => entry.class === 'mint' && entry.target === principal).length

async function added(name: string) {
  const who = sandbox.addPrincipal(VENDOR)
  const ran = await rekey(['add', VENDOR, name, '--base-url', sandbox.vendors[VENDOR].baseUrl], `${who.key}\n`)
  expect(ran, ran.stderr).toMatchObject({ code: 0, prompts: 0 })
  return who
}
type Who = Awaited<ReturnType<typeof added>>

/** Rotates, and locks the keychain while every request is in the air. */
async function lockedInTheAir(ring: Keyring, whos: readonly Who[]): Promise<Ran> {
  for (const { principal } of whos) sandbox.inject({ vendor: VENDOR, kind: 'delay', ms: 1200, principal })
  const rotating = rekey(['rotate', '--all', '--yes', '--json'])
  for (const { principal } of whos) {
    await sandbox.waitFor((entry) => entry.class === 'mint' && entry.target === principal)
  }
  await ring.lock()
  return rotating
}

describe('a keychain that asks to be unlocked', () => {
  const using = (title: string, test: (ring: Keyring) => Promise<void>): void => {
    it(title, { timeout: 30_000 }, async ({ skip }) => {
      if (!keyring) return skip()
      await test(keyring)
    })
  }

  using('and is refused before the request: no vendor is asked, and every command says why', async (ring) => {
    const who = await added('refused/key')
    answering('dismiss', 350)
    await ring.lock()
    const ran = await rekey(['rotate', 'refused/key', '--yes', '--json'])
    const [told] = resultsOf(ran)
    expect(ran).toMatchObject({ code: 5, prompts: 2 })
    expect(told).toMatchObject({ outcome: 'not-sent', code: 'keychain-locked', message: 'the keychain is locked' })
    expect(told?.hint).toBe('unlock it and try again')
    expect(mints(who.principal)).toBe(0)
    expect(readdirSync(join(home, 'escrow'))).toEqual([])

    for (const [args, stdin] of [
      [['get', 'refused/key'], ''],
      [['add', 'other', 'refused/new'], 'a-key-of-somebody\n'],
      [['remove', 'refused/key', '--yes'], ''],
    ] as const) {
      const refused = await rekey(args, stdin)
      expect(refused, args[0]).toMatchObject({ code: 5, stdout: '', prompts: 2 })
      expect(refused.stderr).toContain('rekey: the keychain is locked\n  unlock it and try again\n')
    }
    const listed = await rekey(['list', '--json'])
    expect(listed.prompts).toBe(0)
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'refused/key' }])
  })

  using('and is unlocked late goes on, and says meanwhile what it waits for', async (ring) => {
    const who = await added('slow/key')
    answering('unlock', 2300)
    await ring.lock()
    const got = await rekey(['get', 'slow/key'])
    expect(got).toMatchObject({ code: 0, stdout: `${who.key}\n`, prompts: 1 })
    expect(got.stderr).toContain('the keychain has not answered yet; it may be asking you to unlock it')
    answering('unlock', 100)
    const ran = await lockedInTheAir(ring, [who])
    expect(ran).toMatchObject({ code: 0, prompts: 1 })
    expect(resultsOf(ran)).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
  })

  using('and is refused after the reply: the key is held until a person lets it in', async (ring) => {
    const who = await added('after/key')
    answering('dismiss', 350)
    const ran = await lockedInTheAir(ring, [who])
    const [told] = resultsOf(ran)
    expect(ran).toMatchObject({ code: 4, prompts: 2 })
    expect(told).toMatchObject({ outcome: 'held', code: 'keychain-locked', settled: false })
    expect(told?.hint).toBe('rekey recover after/key puts it there, once the keychain takes it')

    expect(await rekey(['get', 'after/key'])).toMatchObject({ code: 4, stdout: '', prompts: 0 })
    const again = await rekey(['recover', '--json'])
    expect(again).toMatchObject({ code: 4, prompts: 2 })
    expect(resultsOf(again)).toMatchObject([{ outcome: 'held', code: 'keychain-locked' }])

    answering('unlock', 50)
    const recovered = await rekey(['recover', 'after/key', '--json'])
    expect(recovered).toMatchObject({ code: 0, prompts: 1 })
    expect(resultsOf(recovered)).toMatchObject([{ outcome: 'rotated', oldKey: 'dead', settled: true }])
    const got = await rekey(['get', 'after/key'])
    expect(sandbox.keyState(VENDOR, got.stdout.trim())).toBe('works')
    expect(mints(who.principal)).toBe(1)
  })

  using('and is refused for eight keys at once: a person says no twice, not sixteen times', async (ring) => {
    const whos: Who[] = []
    for (let at = 0; at < 8; at += 1) whos.push(await added(`bulk/${at}`))
    answering('dismiss', 700)
    const ran = await lockedInTheAir(ring, whos)
    expect(ran.code).toBe(4)
    expect(resultsOf(ran)).toHaveLength(8)
    for (const told of resultsOf(ran)) expect(told).toMatchObject({ outcome: 'held', code: 'keychain-locked' })
    // two on a machine with time to spare; who came after the second refusal asks anew
    expect(ran.prompts).toBeLessThanOrEqual(6)
    await ring.unlock()
    const recovered = await rekey(['recover', '--json'])
    expect(recovered).toMatchObject({ code: 0, prompts: 0 })
    for (const told of resultsOf(recovered)) expect(told).toMatchObject({ outcome: 'rotated' })
    for (const { principal } of whos) expect(mints(principal)).toBe(1)
  })

  using('and is not answered holds the key, and whoever answers in the end unlocks it for recovery', async (ring) => {
    const who = await added('late/key')
    prompter.onPrompt = () => undefined
    const ran = await lockedInTheAir(ring, [who])
    expect(ran).toMatchObject({ code: 4, prompts: 1 })
    expect(resultsOf(ran)).toMatchObject([{ outcome: 'held', code: 'keychain-timeout' }])
    prompter.prompts.at(-1)?.answer('unlock')
    answering('dismiss', 0)
    const recovered = await rekey(['recover', '--json'])
    expect(recovered).toMatchObject({ code: 0, prompts: 0 })
    expect(resultsOf(recovered)).toMatchObject([{ outcome: 'rotated' }])
    expect(mints(who.principal)).toBe(1)
  })
})
