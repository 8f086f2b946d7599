import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Item, SecretStore } from '../../src-main/core/ports.ts'
import { Secret } from '../../src-main/core/secret.ts'

export type StoreUnderTest = { readonly store: SecretStore; readonly close: () => Promise<void> }

const item = (account: string, service: Item['service'] = 'rekey'): Item => ({ service, account })

/** What every secret store promises. `make` may answer null where the machine cannot have one (it has said so itself). */
export function describeSecretStore(name: string, make: () => Promise<StoreUnderTest | null>): void {
  describe(`${name} as a secret store`, () => {
    let made: StoreUnderTest | null = null
    beforeAll(async () => {
      made = await make()
    })
    afterAll(() => made?.close())

    const using = (title: string, test: (store: SecretStore) => Promise<void>): void => {
      it(title, async ({ skip }) => {
        if (!made) return skip()
        await test(made.store)
      })
    }
    const read = async (store: SecretStore, at: Item): Promise<string | null> => {
      const seen = await store.read(at)
      if (!seen.ok) throw new Error(seen.failure.code)
      return seen.value?.use((value) => value) ?? null
    }

    using('says that it keeps values', async (store) => {
      expect(await store.prove()).toEqual({ ok: true, value: undefined })
    })

    using('takes and gives many at once, all or none, where it can', async (store) => {
      if (!store.writeAll || !store.readAll) return
      const many = Array.from({ length: 50 }, (_, at) => [item(`many/${at}`), Secret.of(`value-${at}`)] as const)
      expect(await store.writeAll(many)).toEqual({ kind: 'written' })
      const seen = await store.readAll([...many.map(([at]) => at), item('many/none')])
      if (!seen.ok) throw new Error(seen.failure.code)
      expect(seen.value.map((secret) => secret?.use((value) => value) ?? null)).toEqual([
        ...many.map((_, at) => `value-${at}`),
        null,
      ])
      const spoilt = [[item('many/0'), Secret.of('changed')] as const, [item('many/x'), Secret.of('a\0b')] as const]
      expect(await store.writeAll(spoilt)).toMatchObject({ kind: 'not-written' })
      expect(await read(store, item('many/0'))).toBe('value-0')
      for (const [at] of many) expect(await store.remove(at)).toEqual({ ok: true, value: undefined })
    })

    using('keeps many apart, in any order, and the last of two for one item', async (store) => {
      if (!store.writeAll || !store.readAll) return
      // some more than a store looks up one by one, and one account under two services
      const names = Array.from({ length: 150 }, (_, at) => `crowd/${(at * 37) % 150}`)
      const own = item('crowd/0', 'rekey-internal')
      const many = [own, ...names.map((name) => item(name))].map((at, index) => [at, Secret.of(`v-${index}`)] as const)
      const twice = [item('crowd/7'), Secret.of('the last')] as const
      expect(await store.writeAll([...many, twice])).toEqual({ kind: 'written' })
      const asked = [item('crowd/none'), ...many.map(([at]) => at)]
      const seen = await store.readAll(asked)
      if (!seen.ok) throw new Error(seen.failure.code)
      const wanted = many.map(([at, value]) => (at.account === 'crowd/7' ? 'the last' : value.use((text) => text)))
      expect(seen.value.map((secret) => secret?.use((value) => value) ?? null)).toEqual([null, ...wanted])
      for (const [at] of many) expect(await store.remove(at)).toEqual({ ok: true, value: undefined })
    })

    using('shows nothing where nothing was put', async (store) => {
      expect(await read(store, item('nobody/ever'))).toBeNull()
    })

    it.each([
      ['one character', 'prod/a', 'x'],
      ['punctuation in the name', 'a._/@:+-Z', 'sb_live_0123456789'],
      [
        'every printable character',
        'all',
        Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join(''),
      ],
      ['2,000 characters', 'long', 'k'.repeat(2000)],
      ['text beyond ASCII', 'unicode', 'pässwört-日本-🔑'],
      ['a secret input', 'conjur#password', 'a password with spaces'],
      ['128 characters of name', 'n'.repeat(128), 'value'],
    ])('gives back %s as it was', async (_, account, value) => {
      if (!made) return
      const { store } = made
      expect(await store.write(item(account), Secret.of(value))).toEqual({ kind: 'written' })
      expect(await read(store, item(account))).toBe(value)
    })

    using('replaces a value', async (store) => {
      for (const value of ['first', 'second']) await store.write(item('replaced'), Secret.of(value))
      expect(await read(store, item('replaced'))).toBe('second')
    })

    using('keeps the two services apart', async (store) => {
      await store.write(item('same'), Secret.of('the user’s'))
      await store.write(item('same', 'rekey-internal'), Secret.of('ours'))
      expect(await read(store, item('same'))).toBe('the user’s')
      expect(await read(store, item('same', 'rekey-internal'))).toBe('ours')
    })

    using('tells names apart by case', async (store) => {
      await store.write(item('Case'), Secret.of('upper'))
      await store.write(item('case'), Secret.of('lower'))
      expect(await read(store, item('Case'))).toBe('upper')
    })

    using('removes a value, and says well of one that is gone', async (store) => {
      await store.write(item('gone'), Secret.of('value'))
      expect((await store.remove(item('gone'))).ok).toBe(true)
      expect(await read(store, item('gone'))).toBeNull()
      expect((await store.remove(item('gone'))).ok).toBe(true)
    })

    using('refuses what a NUL would cut short (X12)', async (store) => {
      await store.write(item('cut'), Secret.of('whole'))
      expect((await store.write(item('cut\0off'), Secret.of('evil'))).kind).toBe('not-written')
      expect((await store.write(item('cut'), Secret.of('ev\0il'))).kind).toBe('not-written')
      expect((await store.read(item('cut\0off'))).ok).toBe(false)
      expect(await read(store, item('cut'))).toBe('whole')
    })

    using('answers many calls at once, each its own', async (store) => {
      const names = Array.from({ length: 12 }, (_, index) => `many/${index}`)
      await Promise.all(names.map((name) => store.write(item(name), Secret.of(`value of ${name}`))))
      const seen = await Promise.all(names.map((name) => read(store, item(name))))
      expect(seen).toEqual(names.map((name) => `value of ${name}`))
    })

    using('says in a line what it is', async (store) => {
      const described = await store.describe()
      expect(described.ok && described.value).toMatch(/^\S.{3,}/)
    })
  })
}
