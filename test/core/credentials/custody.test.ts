import { describe, expect, it } from 'vitest'
import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import { nodeCrypto } from '../../../src-main/adapters/crypto/node-crypto.ts'
import { openCustody, userItem, type Custody, type CustodyDeps } from '../../../src-main/core/credentials/custody.ts'
import type { SecretStore } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { keptStore } from '../../fakes/kept-store.ts'

const ITEM = userItem('prod/key')
const OLD = Secret.of('old-key-0123456789abcdef')
const NEW = Secret.of('new-key-0123456789abcdef')
const OTHER = Secret.of('someone-elses-0123456789')

/** The little of a ledger that custody needs: which internal keys it has recorded. */
function deps(store: SecretStore, recorded = new Map<string, string>()): CustodyDeps {
  const ledger = {
    ledgerId: '01LEDGER',
    internalKeyId: (kind: string, purpose: string) => recorded.get(`${kind} ${purpose}`) ?? null,
    recordInternalKey: (kind: string, purpose: string, id: string) => void recorded.set(`${kind} ${purpose}`, id),
  }
  return {
    ledger: ledger as unknown as CustodyDeps['ledger'],
    locks: { exclusive: () => ({ release: () => undefined }), shared: () => null, path: (name) => name },
    crypto: nodeCrypto,
    clock: { now: () => new Date(0), ticks: () => 0, sleep: async () => undefined },
    openStore: async () => ok(store),
  }
}

async function opened(store: SecretStore, recorded?: Map<string, string>): Promise<Custody> {
  const custody = await openCustody(deps(store, recorded), 'sealed')
  if (!custody.ok) throw new Error(custody.failure.code)
  return custody.value
}

describe('internal keys', () => {
  it('are made once, and found again', async () => {
    const store = keptStore()
    const recorded = new Map<string, string>()
    const first = await opened(store, recorded)
    const second = await opened(store, recorded)
    expect(second.escrowKeyId).toBe(first.escrowKeyId)
    expect(second.fingerprint(OLD)).toBe(first.fingerprint(OLD))
    expect(recorded.size).toBe(2)
  })

  it('are never made anew where the ledger knows one that the keychain does not show', async () => {
    const store = keptStore()
    const recorded = new Map<string, string>()
    await opened(store, recorded)
    const before = new Map(recorded)
    store.items.clear()
    const again = await openCustody(deps(store, recorded), 'sealed')
    expect(again).toEqual(err(fail('keychain-locked-or-item-missing', { item: 'escrow-key' })))
    expect(store.items.size).toBe(0)
    expect(recorded).toEqual(before)
  })

  it('that are not the ones the ledger recorded are refused and left alone', async () => {
    const store = keptStore()
    const recorded = new Map<string, string>()
    await opened(store, recorded)
    const account = [...store.items.keys()].find((key) => key.endsWith('escrow-key')) ?? ''
    const planted = nodeCrypto.newKey()
    store.items.set(account, planted)
    const again = await openCustody(deps(store, recorded), 'sealed')
    expect(again).toEqual(err(fail('keychain-changed', { item: 'escrow-key' })))
    expect(store.items.get(account)).toBe(planted)
  })

  it('are not made on a store that takes nothing', async () => {
    const store = { ...keptStore(), prove: async () => err(fail('keychain-locked')) }
    expect(await openCustody(deps(store), 'sealed')).toEqual(err(fail('keychain-locked')))
    expect(store.items.size).toBe(0)
  })

  it('left by a crash between the write and the record are taken, not replaced', async () => {
    const store = keptStore()
    const first = await opened(store)
    const second = await opened(store)
    expect(second.escrowKeyId).toBe(first.escrowKeyId)
  })

  it('are confirmed before each rotation', async () => {
    const store = keptStore()
    const custody = await opened(store)
    expect(await custody.confirmEscrowKey()).toEqual(ok(undefined))
    const account = [...store.items.keys()].find((key) => key.endsWith('escrow-key')) ?? ''
    store.items.set(account, nodeCrypto.newKey())
    expect(await custody.confirmEscrowKey()).toEqual(err(fail('keychain-changed', { item: 'escrow key' })))
  })
})

describe('compare and set', () => {
  const at = `${ITEM.service} ${ITEM.account}`

  it('writes over what the ledger says is there', async () => {
    const store = keptStore()
    const custody = await opened(store)
    store.items.set(at, OLD)
    expect(await custody.compareAndSet(ITEM, [custody.fingerprint(OLD)], NEW)).toEqual({ kind: 'written' })
    expect(store.items.get(at)).toBe(NEW)
  })

  it('leaves an item that somebody else changed', async () => {
    const store = keptStore()
    const custody = await opened(store)
    store.items.set(at, OTHER)
    expect(await custody.compareAndSet(ITEM, [custody.fingerprint(OLD)], NEW)).toEqual({ kind: 'changed' })
    expect(store.items.get(at)).toBe(OTHER)
  })

  it('is done where the value is there already', async () => {
    const store = keptStore()
    const custody = await opened(store)
    store.items.set(at, NEW)
    expect(await custody.compareAndSet(ITEM, [custody.fingerprint(OLD)], NEW)).toEqual({ kind: 'written' })
  })

  it('does not take a locked item for an absent one', async () => {
    const store = keptStore()
    const custody = await opened(store)
    const stored = await custody.compareAndSet(ITEM, [custody.fingerprint(OLD)], NEW)
    expect(stored).toEqual({
      kind: 'refused',
      failure: fail('keychain-locked-or-item-missing', { item: ITEM.account }),
    })
    expect(store.items.has(at)).toBe(false)
  })

  it('finds an item that its keychain passes over until something is written beside it', async () => {
    const inner = keptStore()
    const recorded = new Map<string, string>()
    const first = await opened(inner, recorded)
    inner.items.set(at, OLD)
    let isShown = false
    const store: SecretStore = {
      ...inner,
      prove: async () => ok(void (isShown = true)),
      read: async (item) => (isShown ? inner.read(item) : ok(null)),
    }
    const custody = await opened(store, recorded)
    expect(custody.escrowKeyId).toBe(first.escrowKeyId)
    isShown = false
    expect(await custody.readKnown(ITEM)).toEqual(ok(OLD))
    isShown = false
    expect(await custody.compareAndSet(ITEM, [custody.fingerprint(OLD)], NEW)).toEqual({ kind: 'written' })
  })

  it('looks once more where the store did not say what a write came to', async () => {
    const inner = keptStore()
    const silent = fail('keychain-timeout', { seconds: '10' })
    const landed = { takes: true }
    const store: typeof inner = {
      ...inner,
      write: async (item, secret) => {
        if (landed.takes) await inner.write(item, secret)
        return item.service === 'rekey' ? { kind: 'unknown', failure: silent } : { kind: 'written' }
      },
    }
    const custody = await opened(store)
    inner.items.set(at, OLD)
    expect(await custody.compareAndSet(ITEM, [custody.fingerprint(OLD)], NEW)).toEqual({ kind: 'written' })
    inner.items.set(at, OLD)
    landed.takes = false
    expect(await custody.compareAndSet(ITEM, [custody.fingerprint(OLD)], NEW)).toEqual({
      kind: 'unknown',
      failure: silent,
    })
  })
})
