import { describe, expect, it } from 'vitest'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { SecretStore } from '../../src-main/core/ports.ts'
import { openStores } from '../../src-main/hosts/open-stores.ts'

describe('a keychain that two ask for in the same moment', () => {
  let [opened, closed] = [0, 0]
  const store = async (): Promise<Result<SecretStore>> => {
    opened += 1
    await new Promise((resolve) => setImmediate(resolve))
    return ok({ kind: 'os', close: async () => void (closed += 1) } as unknown as SecretStore)
  }

  it('is opened once, and closed when it is forgotten', async () => {
    const stores = openStores(store)
    const [one, other] = await Promise.all([stores.open('os'), stores.open('os')])
    expect(one).toBe(other)
    await stores.forget()
    expect([opened, closed]).toEqual([1, 1])
    await stores.open('os')
    await stores.forget()
    expect([opened, closed]).toEqual([2, 2])
  })

  it('is tried again where it did not open', async () => {
    const answers = [async () => err(fail('keychain-locked')), () => Promise.reject(new Error('a bug')), store]
    const stores = openStores(() => answers.shift()!())
    expect(await stores.open('os')).toMatchObject({ ok: false })
    await expect(stores.open('os')).rejects.toThrow('a bug')
    expect(await stores.open('os')).toMatchObject({ ok: true })
  })
})
