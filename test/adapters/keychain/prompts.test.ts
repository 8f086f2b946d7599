import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openOsStore, type OsStore, type OsStoreOptions } from '../../../src-main/adapters/keychain/os-store.ts'
import type { Item } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { startKeyring, type Keyring } from '../../fixtures/keyring.ts'
import { startPrompter, type Answer, type Prompter } from '../../fixtures/prompter.ts'

/**
 * A locked gnome-keyring that asks a person. What is said here of a prompt that is dismissed was compared with Debian's own
 * gcr-prompter 3.41 under an X server, by Escape and by the password, on 2026-11-21: the same, call by call.
 */
const childPath = join(import.meta.dirname, '../../../src-main/adapters/keychain/child.ts')
const item = (account: string): Item => ({ service: 'rekey', account })
const ITEM = item('prod/key')
const locked = { ok: false, failure: { code: 'keychain-locked' } }

/** Longer than a busy machine takes for an answer that nobody was asked for, and the time of a person who takes a look. */
const promptAfterMs = 1200
const lookMs = 1500

describe('a keychain that asks to be unlocked', () => {
  let ring: Keyring | null = null
  let prompter: Prompter
  let store: OsStore
  const openOn = (options: Partial<OsStoreOptions>): OsStore =>
    openOsStore({ childPath, env: ring?.env ?? {}, interactive: false, deadlineMs: 10_000, promptAfterMs, ...options })
  beforeEach(async () => {
    ring = await startKeyring()
    if (!ring) return
    prompter = await startPrompter(ring)
    store = openOn({})
    expect(await store.write(ITEM, Secret.of('before'))).toEqual({ kind: 'written' })
    await ring.lock()
  })
  afterEach(async () => {
    if (!ring) return
    await store.close()
    prompter.close()
    await ring.close()
  })

  const using = (title: string, test: (ring: Keyring) => Promise<void>): void => {
    // a daemon, a bus and a prompter of other processes: on a busy machine one has called a keychain locked that it had just unlocked
    it(title, { retry: 2 }, async ({ skip }) => {
      if (!ring) return skip()
      await test(ring)
    })
  }
  /** How many prompts were shown while it ran. */
  const counted = async (task: () => Promise<unknown>): Promise<number> => {
    const before = prompter.prompts.length
    await task()
    return prompter.prompts.length - before
  }
  const answering = (answer: Answer, afterMs = 0): void => {
    prompter.onPrompt = (prompt) => void setTimeout(() => prompt.answer(answer), afterMs)
  }

  using('and is refused says nothing by itself: it shows no item and takes none', async () => {
    answering('dismiss')
    expect(await store.read(ITEM)).toEqual({ ok: true, value: null })
    expect(await store.prove()).toMatchObject(locked)
    expect(await store.write(ITEM, Secret.of('after'))).toMatchObject({
      kind: 'not-written',
      failure: { code: 'keychain-locked' },
    })
    expect(await store.remove(ITEM)).toMatchObject(locked)
  })

  using('and is unlocked there and then goes on as if nothing had been', async (keyring) => {
    answering('unlock', 100)
    const seen = await store.read(ITEM)
    expect(seen.ok && seen.value?.use((text) => text)).toBe('before')
    await keyring.lock()
    expect(await store.prove()).toMatchObject({ ok: true })
    await keyring.lock()
    expect(await store.write(ITEM, Secret.of('after'))).toEqual({ kind: 'written' })
    await keyring.lock()
    expect(await store.remove(ITEM)).toEqual({ ok: true, value: undefined })
    expect(await store.read(ITEM)).toEqual({ ok: true, value: null })
  })

  using('and gets a wrong password asks once more, and is as locked as before', async () => {
    const answers: Answer[] = ['wrong password', 'wrong password', 'unlock']
    prompter.onPrompt = (prompt) => prompt.answer(answers.shift() ?? 'dismiss')
    expect(await counted(() => store.prove())).toBe(3)
    expect(await store.prove()).toMatchObject({ ok: true })
  })

  using('asks a person who took a look and refused no more for those who stood in line', async (keyring) => {
    answering('dismiss', lookMs)
    const others = Array.from({ length: 6 }, (_, at) => item(`prod/other-${at}`))
    let told: readonly unknown[] = []
    const prompts = await counted(async () => {
      told = await Promise.all([store.read(ITEM), ...others.map((other) => store.write(other, Secret.of('x')))])
    })
    expect(told[0]).toMatchObject(locked)
    for (const each of told.slice(1)) {
      expect(each).toMatchObject({ kind: 'not-written', failure: { code: 'keychain-locked' } })
    }
    // the look itself, and the proof that it was no empty keychain
    expect(prompts).toBe(2)
    await keyring.unlock()
    expect(await store.write(ITEM, Secret.of('later'))).toEqual({ kind: 'written' })
  })

  using('asks no more once the second look was answered well', async () => {
    const answers: Answer[] = ['dismiss', 'unlock']
    prompter.onPrompt = (prompt) => void setTimeout(() => prompt.answer(answers.shift() ?? 'dismiss'), lookMs)
    const seen = await store.read(ITEM)
    expect(seen.ok && seen.value?.use((text) => text)).toBe('before')
  })

  using('and is not answered costs two deadlines, however many wait, and no write that nobody saw', async (keyring) => {
    prompter.onPrompt = () => undefined
    const hasty = openOn({ deadlineMs: 2000, waitingAfterMs: 200, onWaiting: (sentence) => said.push(sentence) })
    const said: string[] = []
    const startedAt = performance.now()
    const reading = Array.from({ length: 8 }, () => hasty.read(ITEM))
    const written = await hasty.write(ITEM, Secret.of('after'))
    for (const each of await Promise.all(reading)) {
      expect(each).toMatchObject({ ok: false, failure: { code: 'keychain-timeout' } })
    }
    expect(written).toMatchObject({ kind: 'not-written', failure: { code: 'keychain-timeout' } })
    expect(performance.now() - startedAt).toBeLessThan(8000)
    expect(said[0]).toBe('the keychain has not answered yet; it may be asking you to unlock it')
    // whoever answers it at last unlocks the keychain for the next
    prompter.onPrompt = (prompt) => prompt.answer('unlock')
    for (const prompt of prompter.prompts) prompt.answer('unlock')
    const seen = await store.read(ITEM)
    expect(seen.ok && seen.value?.use((text) => text)).toBe('before')
    await hasty.close()
    await keyring.unlock()
  })

  using('and whose prompter dies is locked', async (keyring) => {
    const own = await startKeyring()
    if (!own) return
    const dying = await startPrompter(own)
    const on = openOsStore({ childPath, env: own.env, interactive: false, deadlineMs: 3000 })
    await on.write(ITEM, Secret.of('before'))
    await own.lock()
    dying.onPrompt = () => dying.close()
    expect(await on.prove()).toMatchObject(locked)
    await on.close()
    await own.close()
    await keyring.unlock()
  })
})

it('a keyring that was never set up asks for a password of its own, and takes no for an answer', async ({ skip }) => {
  const ring = await startKeyring({ unlocked: false })
  if (!ring) return skip()
  const prompter = await startPrompter(ring)
  const store = openOsStore({ childPath, env: ring.env, interactive: false, deadlineMs: 5000 })
  prompter.onPrompt = (prompt) => prompt.answer('dismiss')
  const why = 'it has no default collection'
  expect(await store.prove()).toMatchObject({ ok: false, failure: { code: 'keychain-unavailable', fields: { why } } })
  prompter.onPrompt = (prompt) => prompt.answer('unlock')
  expect(await store.prove()).toMatchObject({ ok: true })
  expect(prompter.prompts.map(({ message }) => message)).toContain('Choose password for new keyring')
  await store.close()
  prompter.close()
  await ring.close()
})
