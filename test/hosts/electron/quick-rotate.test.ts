import { beforeEach, describe, expect, it, vi } from 'vitest'
import { outcomes, type Outcome } from '../../../src-contract/outcomes.ts'
import type { CredentialView, RotationPlan } from '../../../src-contract/views.ts'
import { people } from '../../../scripts/screenshots/people.ts'
import type { App } from '../../../src-main/hosts/create-app.ts'
import { quickRotate } from '../../../src-main/hosts/electron/quick-rotate.ts'
import { fake } from '../../fakes/electron/one-fake.ts'

vi.mock('electron', async () => (await import('../../fakes/electron/one-fake.ts')).fake.electron)

/** Rotating from the tray: a native question first, then the truth, wherever it can be told. */
const name = 'prod/scrapebit'
const plan: Partial<RotationPlan> = {
  name,
  strategy: 'in-place',
  consequences: ['The old key dies at once.'],
  limits: ['once an hour'],
  usedBy: ['crawler/.env', 'deploy'],
  warnings: ['/home/ada/Dropbox/rekey is synced by Dropbox: another machine may rotate the same keys'],
}

let calls: (readonly [string, unknown])[]
let shows: number
let plans: readonly Partial<RotationPlan>[]
let listed: readonly CredentialView[] | null
let outcome: Outcome | null
let isQuiet: boolean
beforeEach(() => {
  calls = []
  shows = 0
  plans = [plan]
  listed = people
  outcome = 'rotated'
  isQuiet = false
  for (const list of [fake.notifications, fake.dialogs.asked, fake.dialogs.answers]) clear(list)
})

const clear = (list: unknown[]): void => void (list.length = 0)
const failed = { ok: false, failure: { code: 'locked', fields: {} } } as const
const answers: Readonly<Record<string, () => unknown>> = {
  'credential.list': () => (listed === null ? failed : { ok: true, value: listed }),
  'rotation.plan': () => ({ ok: true, value: plans }),
  'rotation.run': () => (outcome === null ? failed : { ok: true, value: [{ name, outcome }] }),
}
const app = {
  call: async (operation: string, input: unknown) => {
    calls.push([operation, input])
    return answers[operation]?.() ?? { ok: true, value: {} }
  },
} as unknown as App
const quick = () =>
  quickRotate(
    app,
    () => null,
    () => void (shows += 1),
    () => isQuiet,
  )
const ran = () => calls.filter(([operation]) => operation === 'rotation.run')

describe('quick rotate', () => {
  it('offers at most ten keys that are due, and none while the app is locked', async () => {
    expect((await quick().due()).map(({ state }) => state)).toEqual(['overdue', 'overdue', 'due', 'due', 'due'])
    const [first] = people.filter(({ state }) => state === 'due')
    listed = Array.from({ length: 30 }, () => first).filter((each) => each !== undefined)
    expect(await quick().due()).toHaveLength(10)
    listed = null
    expect(await quick().due()).toEqual([])
  })

  it('asks with everything that a person must know, and does nothing but by the second button', async () => {
    await quick().ask(name)
    const [question] = fake.dialogs.asked
    expect(question).toMatchObject({
      type: 'warning',
      message: `Rotate ${name}?`,
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    expect(question?.buttons).toEqual(['Keep the old key', 'Rotate now'])
    for (const text of [
      ...(plan.consequences ?? []),
      ...(plan.limits ?? []),
      ...(plan.usedBy ?? []),
      ...(plan.warnings ?? []),
    ])
      expect(question?.detail).toContain(text)
    expect(ran()).toEqual([])
    fake.dialogs.answers.push(1)
    await quick().ask(name)
    expect(ran()).toEqual([['rotation.run', { selection: { names: [name] } }]])
  })

  it('leaves to the window what cannot be done beside it', async () => {
    for (const each of [[], [{ ...plan, strategy: 'guided' }], [{ ...plan, strategy: 'none' }]] as const) {
      plans = each
      await quick().ask(name)
    }
    expect([shows, fake.dialogs.asked.length]).toEqual([3, 0])
    plans = [plan]
    outcome = null
    fake.dialogs.answers.push(1)
    await quick().ask(name)
    expect([shows, fake.notifications.length]).toEqual([4, 0])
  })

  const rotate = async () => {
    fake.dialogs.answers.push(1)
    await quick().ask(name)
  }

  it.each((Object.keys(outcomes) as Outcome[]).filter((each) => each !== 'rotated'))(
    'brings the window for %s where no notification can tell',
    async (each) => {
      outcome = each
      await rotate()
      expect(shows).toBe(0)
      isQuiet = true
      await rotate()
      expect(shows).toBe(1)
    },
  )

  it('says nothing of good news where that is wanted', async () => {
    isQuiet = true
    await rotate()
    expect(shows).toBe(0)
  })
})
