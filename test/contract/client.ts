import { describe, expect, it } from 'vitest'
import type { Client } from '../../src-contract/client.ts'
import type { AppEvent } from '../../src-contract/events.ts'
import { answeredWhenLocked, operationNames } from '../../src-contract/operation-names.ts'

type Loose = {
  call(name: string, input: unknown): Promise<{ ok: boolean; value?: unknown; failure?: { code: string } }>
}

/** What every way to the app has in common: in process, over IPC, over loopback. The app has an unlocked store of its own. */
export function describeClient(name: string, factory: () => Client): void {
  const loose = (): Loose => factory() as unknown as Loose

  describe(`a client ${name}`, () => {
    it('is given values, with nothing added or lost on the way', async () => {
      const listed = await factory().call('credential.list', {})
      expect(listed).toMatchObject({ ok: true })
      const added = await factory().call('credential.add', {
        vendor: 'other',
        name: `of/${name.replaceAll(' ', '-')}`,
        secret: `synthetic-${name.length}-0123456789abcdef`,
        tags: ['Ümläut', '日本'],
      })
      expect(added).toMatchObject({
        ok: true,
        value: { proof: 'not-asked', credential: { tags: ['Ümläut', '日本'], expiresAt: null } },
      })
    })

    it('is given failures with their code and fields, never a throw', async () => {
      expect(await factory().call('credential.show', { name: 'nobody' })).toEqual({
        ok: false,
        failure: { code: 'unknown-name', fields: { name: 'nobody' } },
      })
    })

    it.each([
      ['null', null],
      ['text', 'text'],
      ['a list', []],
      ['unknown fields', { unknown: 1 }],
      ['a wrong type', { name: 7 }],
    ])('is told that %s is no input', async (_what, input) => {
      expect(await loose().call('credential.rename', input)).toMatchObject({
        ok: false,
        failure: { code: 'bad-input' },
      })
    })

    it('reaches every operation of the table', async () => {
      for (const operation of operationNames.filter(
        (each) => each !== 'session.lock' && !each.startsWith('sandbox.'),
      )) {
        const answer = await loose().call(operation, { aFieldThatNoneHas: true })
        expect(answer.failure?.code, operation).toBe('bad-input')
      }
    })

    it('takes an input as large as a vault', async () => {
      const content = 'QUJD'.repeat(500_000)
      expect(await factory().call('vault.preview', { source: { fileName: 'a file', content } })).toMatchObject({
        ok: false,
        failure: { code: 'unknown-format' },
      })
    })

    it('hears of what changes, until it stops listening', async () => {
      const heard: AppEvent[] = []
      const stop = factory().listen((event) => heard.push(event))
      // nobody says when a stream has begun: changed until it is heard
      await expect
        .poll(async () => {
          await factory().call('settings.change', { theme: 'dark' })
          return heard.some(({ type }) => type === 'settings.changed')
        })
        .toBe(true)
      stop()
      await new Promise((resolve) => setTimeout(resolve, 100))
      const count = heard.length
      await factory().call('settings.change', { theme: 'system' })
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(heard).toHaveLength(count)
    })

    it('is answered by a locked app only what shows that it is locked', async () => {
      await factory().call('session.lock', {})
      for (const operation of operationNames.filter((each) => !answeredWhenLocked.has(each)))
        expect(await loose().call(operation, {}), operation).toMatchObject({ ok: false, failure: { code: 'locked' } })
      expect(await factory().call('session.status', {})).toMatchObject({ ok: true, value: { isLocked: true } })
    })
  })
}
