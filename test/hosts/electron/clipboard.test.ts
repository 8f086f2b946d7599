import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Secret } from '../../../src-main/core/secret.ts'
import { exclusions, keyClipboard } from '../../../src-main/hosts/electron/clipboard.ts'
import { fake } from '../../fakes/electron/one-fake.ts'

vi.mock('electron', async () => (await import('../../fakes/electron/one-fake.ts')).fake.electron)

/** What is put beside a key, system by system, and what becomes of the key afterwards. */
const raw = (name: string): string => `electron application/osclipboard;format="${name}"`
const key = 'sb_live_synthetic_0123456789'
const bytesOf = async (items: Record<string, string | Blob>) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(items).map(async ([name, item]) => [
        name,
        typeof item === 'string' ? item : [...new Uint8Array(await item.arrayBuffer())],
      ]),
    ),
  )

describe('a copied key', () => {
  it('cannot be copied before the app is ready, and that is a failure, not a throw', async () => {
    const copied = await keyClipboard(() => undefined, 'linux').copy(Secret.of(key), 30)
    expect(copied).toMatchObject({ ok: false, failure: { code: 'not-here' } })
    expect(fake.clipboard.items).toBeNull()
    fake.app.makeReady()
  })

  it.each([
    [
      'win32',
      {
        [raw('ExcludeClipboardContentFromMonitorProcessing')]: [0, 0, 0, 0],
        [raw('CanIncludeInClipboardHistory')]: [0, 0, 0, 0],
        [raw('CanUploadToCloudClipboard')]: [0, 0, 0, 0],
      },
    ],
    [
      'darwin',
      { [raw('org.nspasteboard.ConcealedType')]: 'secret', [raw('org.nspasteboard.TransientType')]: 'secret' },
    ],
    ['linux', { [raw('x-kde-passwordManagerHint')]: 'secret' }],
    ['freebsd', { [raw('x-kde-passwordManagerHint')]: 'secret' }],
  ] as const)('asks the history keepers of %s to look away, and nothing else goes along', async (platform, formats) => {
    expect(await bytesOf(exclusions(platform))).toEqual(formats)
    const clipboard = keyClipboard(() => undefined, platform)
    expect(await clipboard.copy(Secret.of(key), 30)).toEqual({ ok: true, value: { isOutOfHistory: true } })
    expect(await bytesOf(fake.clipboard.items ?? {})).toEqual({ 'text/plain': key, ...formats })
    await clipboard.clear()
    expect(fake.clipboard.items).toBeNull()
  })

  describe('after its time', () => {
    const ends: string[] = []
    beforeEach(() => {
      vi.useFakeTimers()
      ends.length = 0
      fake.clipboard.items = null
    })
    afterEach(() => {
      vi.useRealTimers()
      fake.clipboard.canRead = true
    })
    const open = () => keyClipboard((how) => ends.push(how), 'linux')

    it('is cleared, to the second, if it is still there', async () => {
      await open().copy(Secret.of(key), 30)
      await vi.advanceTimersByTimeAsync(29_999)
      expect(fake.clipboard.text).toBe(key)
      await vi.advanceTimersByTimeAsync(1)
      expect([fake.clipboard.items, ends]).toEqual([null, ['cleared']])
    })

    it('is not looked for in what somebody copied since', async () => {
      await open().copy(Secret.of(key), 30)
      fake.clipboard.items = { 'text/plain': 'a shopping list' }
      await vi.advanceTimersByTimeAsync(60_000)
      expect([fake.clipboard.text, ends]).toEqual(['a shopping list', ['replaced']])
    })

    it('is left, and that is said, where the clipboard cannot be read', async () => {
      await open().copy(Secret.of(key), 30)
      fake.clipboard.canRead = false
      await vi.advanceTimersByTimeAsync(30_000)
      expect([fake.clipboard.text, ends]).toEqual([key, ['left']])
    })

    it('counts from the last copy', async () => {
      const clipboard = open()
      await clipboard.copy(Secret.of('the first'), 30)
      await vi.advanceTimersByTimeAsync(20_000)
      await clipboard.copy(Secret.of(key), 30)
      await vi.advanceTimersByTimeAsync(29_000)
      expect([fake.clipboard.text, ends]).toEqual([key, []])
      await vi.advanceTimersByTimeAsync(1000)
      expect([fake.clipboard.items, ends]).toEqual([null, ['cleared']])
    })
  })
})
