import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { operationNames } from '../../../src-contract/operation-names.ts'
import { operations } from '../../../src-contract/operations.ts'
import { fakeElectron, under } from '../../fakes/electron/electron.ts'
import type { FakeWindow } from '../../fakes/electron/window.ts'

/** A page that was taken over, and frames that are not ours, against every operation there is. */
const dist = join(import.meta.dirname, '../../../dist')
const folder = mkdtempSync(join(tmpdir(), 'rekey-hostile-'))
const fake = fakeElectron()
process.env['REKEY_HOME'] = join(folder, 'data')
process.env['REKEY_KEYCHAIN'] = 'sealed'

const window = (): FakeWindow => fake.windows.find(({ isGone }) => !isGone) ?? expect.unreachable('no window')
const ours = () => ({ sender: window().webContents, senderFrame: window().webContents.mainFrame })
const ask = (name: string, input: unknown, from: unknown = ours()): Promise<unknown> =>
  Promise.resolve(fake.ipc.invoke(`rekey:${name}`, from as never, input))
const fieldsOf = (name: (typeof operationNames)[number]): string[] =>
  Object.keys((operations[name].input as unknown as { readonly shape?: object }).shape ?? {})
const filled = (name: (typeof operationNames)[number], value: unknown): Record<string, unknown> =>
  Object.fromEntries([...fieldsOf(name), 'more'].map((field) => [field, value]))

beforeAll(async () => {
  await under(fake, pathToFileURL(join(dist, 'electron/main.js')).href)
  fake.app.makeReady()
  await vi.waitFor(() => expect(window().bridge).not.toBeNull(), { timeout: 10_000 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Refused with few words: what was sent does not come back. */
const FEW = 10_000
async function expectRefusal(name: string, input: unknown, codes: readonly string[]): Promise<void> {
  const answer = (await ask(name, input)) as { ok: boolean; failure: { code: string } }
  expect(answer.ok, name).toBe(false)
  expect(codes, `${name}: ${answer.failure.code}`).toContain(answer.failure.code)
  expect(JSON.stringify(answer).length, name).toBeLessThan(FEW)
}

describe('every operation', () => {
  it('is refused to another window, another frame, another origin and no frame at all', async () => {
    const { sender, senderFrame } = ours()
    const strangers: Readonly<Record<string, unknown>> = {
      'a frame that is gone': { sender, senderFrame: null },
      'a child frame of our own origin': { sender, senderFrame: { parent: senderFrame, origin: 'app://rekey' } },
      'a site': { sender, senderFrame: { parent: null, origin: 'https://evil.example' } },
      'another host of our protocol': { sender, senderFrame: { parent: null, origin: 'app://rekey.evil' } },
      'our origin in capitals': { sender, senderFrame: { parent: null, origin: 'APP://REKEY' } },
      'a local file': { sender, senderFrame: { parent: null, origin: 'file://' } },
      'an opaque origin': { sender, senderFrame: { parent: null, origin: 'null' } },
      'another window': { sender: { id: sender.id + 1 }, senderFrame },
      'a window that says it is ours': { sender: { id: String(sender.id) }, senderFrame },
    }
    for (const name of operationNames)
      for (const [who, from] of Object.entries(strangers))
        expect(await ask(name, {}, from), `${name} from ${who}`).toMatchObject({
          ok: false,
          failure: { code: 'not-here' },
        })
  })

  const wrong: readonly (readonly [string, unknown])[] = [
    ['null', null],
    ['a text', 'text'],
    ['a number', 42],
    ['a list', []],
    ['a field that is not known', { unknown: 1 }],
    ['__proto__', JSON.parse('{"__proto__":{"isPolluted":true}}')],
    ['constructor', JSON.parse('{"constructor":{"prototype":{"isPolluted":true}}}')],
    ['a field of a name of ten megabytes', { ['A'.repeat(10_000_000)]: 1 }],
  ]
  it.each(wrong)('takes %s for bad input, and nobody’s prototype changes', async (_, input) => {
    for (const name of operationNames) await expectRefusal(name, input, ['bad-input'])
    expect(({} as Record<string, unknown>)['isPolluted']).toBeUndefined()
  })

  it.each([
    ['numbers', 7],
    ['objects', { toString: 'x', $ne: null }],
    ['lists of lists', [[[[]]]]],
    ['its own fields’ names', '__proto__'],
    ['nothing', null],
  ])('takes %s in each of its fields for bad input', async (_, value) => {
    for (const name of operationNames) await expectRefusal(name, filled(name, value), ['bad-input'])
  })

  it('takes ten megabytes in any field, does not choke on them and does not send them back', async () => {
    const huge = 'A'.repeat(10_000_000)
    for (const name of operationNames)
      for (const field of fieldsOf(name)) {
        const started = process.cpuUsage()
        await expectRefusal(name, { [field]: huge, more: 1 }, ['bad-input'])
        await expectRefusal(name, { [field]: [huge], more: 1 }, ['bad-input'])
        // the processor's time: the clock's is the machine's
        const { user, system } = process.cpuUsage(started)
        expect((user + system) / 1000, `${name} ${field}`).toBeLessThan(3000)
      }
  })

  it('says no more than a few words of a name of ten megabytes', async () => {
    const name = 'a'.repeat(10_000_000)
    const named = operationNames.filter((each) => fieldsOf(each).includes('name'))
    expect(named.length).toBeGreaterThan(8)
    for (const each of named) {
      const answer = await ask(each, { name })
      expect(JSON.stringify(answer).length, each).toBeLessThan(FEW)
    }
  })

  it('still answers our own page afterwards', async () => {
    expect(await ask('session.status', {})).toMatchObject({ ok: true })
    expect(fake.dialogs.errors).toEqual([])
  })
})
