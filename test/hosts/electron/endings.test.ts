import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AppEvent } from '../../../src-contract/events.ts'
import { outcomes, type Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { App } from '../../../src-main/hosts/create-app.ts'
import { notifyEndings } from '../../../src-main/hosts/electron/endings.ts'
import { fake } from '../../fakes/electron/one-fake.ts'

vi.mock('electron', async () => (await import('../../fakes/electron/one-fake.ts')).fake.electron)

/** What is told of a rotation when nobody looks at the window. */
let calls: (readonly [string, unknown])[]
let shows: number
let isQuiet: boolean
let isLocked: boolean
let hear: (event: AppEvent) => void
beforeEach(() => {
  vi.useFakeTimers()
  calls = []
  shows = 0
  isQuiet = false
  isLocked = false
  ;(fake.notifications as unknown[]).length = 0
  const app = {
    call: async (...called: [string, unknown]) => void calls.push(called),
    session: { isLocked: () => isLocked },
    listen: (listener: typeof hear) => void (hear = listener),
  } as unknown as App
  notifyEndings(
    app,
    () => void (shows += 1),
    () => isQuiet,
  )
})
afterEach(() => {
  vi.useRealTimers()
})

const end = (name: string, outcome: Outcome = 'rotated', rotationId = 'r1') =>
  hear({ type: 'rotation.ended', result: { name, outcome, rotationId } as RotationResult })
const titles = async () => {
  await vi.advanceTimersByTimeAsync(1000)
  return fake.notifications.map(({ options }) => options.title)
}

describe('an ending', () => {
  it('that is good offers the new key, and copies it only when that is pressed', async () => {
    end('prod/scrapebit')
    expect(await titles()).toEqual(['prod/scrapebit is rotated'])
    const [note] = fake.notifications
    expect(note?.options.actions).toEqual([{ type: 'button', text: 'Copy' }])
    expect(calls).toEqual([])
    note?.emit('action')
    expect(calls).toEqual([['clipboard.copy', { name: 'prod/scrapebit' }]])
    note?.emit('click')
    expect(shows).toBe(1)
  })

  it.each((Object.keys(outcomes) as Outcome[]).filter((each) => each !== 'rotated'))(
    'that is %s says so, with nothing to copy',
    async (outcome) => {
      end('prod/scrapebit', outcome)
      expect(await titles()).toEqual([`prod/scrapebit: ${outcomes[outcome].says}`])
      expect(fake.notifications[0]?.options.actions).toBeUndefined()
    },
  )

  it('among many is told with the others', async () => {
    for (let at = 0; at < 40; at += 1) end(`key-${at}`, at === 7 ? 'lost' : 'rotated')
    expect(await titles()).toEqual(['40 rotations ended'])
    expect(fake.notifications[0]?.options.body).toBe('39 rotated, 1 not. Open Rekey for each.')
    for (const name of ['a', 'b', 'c']) end(name)
    expect(await titles()).toHaveLength(4)
  })

  it('that was found again as it was is not told again; one that is settled is', async () => {
    for (let look = 0; look < 5; look += 1) {
      end('prod/scrapebit', 'unknown')
      await vi.advanceTimersByTimeAsync(30_000)
    }
    end('prod/scrapebit', 'rotated')
    end('prod/scrapebit', 'unknown', 'r2')
    expect(await titles()).toHaveLength(3)
  })

  it('is not told to somebody who looks, who does not want it, or past a lock', async () => {
    isQuiet = true
    end('a')
    await titles()
    isQuiet = false
    isLocked = true
    end('b')
    expect(await titles()).toEqual([])
  })
})
