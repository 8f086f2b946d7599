import { describe, expect, it } from 'vitest'
import type { ChildLink } from '../../../src-main/adapters/keychain/child-link.ts'
import type { ChildRequest } from '../../../src-main/adapters/keychain/child-protocol.ts'
import { openOsStore } from '../../../src-main/adapters/keychain/os-store.ts'
import { Secret } from '../../../src-main/core/secret.ts'

const item = (account: string) => ({ service: 'rekey', account }) as const

/** A child that keeps its items in a map, writes down what it is asked, and answers in a later turn of the loop. */
function openWithChild(kept: Map<string, string>, answer?: (request: ChildRequest) => unknown) {
  const asked: string[] = []
  const own = (request: ChildRequest): unknown => {
    switch (request.op) {
      case 'get':
        return kept.get(request.account) ?? null
      case 'set':
        kept.set(request.account, request.value)
        return request.value
      case 'delete':
        return kept.delete(request.account)
      case 'get-all': {
        const values = [request, ...request.behind].map(({ account }) => kept.get(account))
        return values.slice(0, values.includes(undefined) ? values.indexOf(undefined) : undefined)
      }
    }
  }
  const startChild = (): ChildLink => {
    let hear: (message: unknown) => void = () => undefined
    setImmediate(() => hear({ kind: 'ready' }))
    return {
      onMessage: (listener) => (hear = listener),
      onEnd: () => undefined,
      send: (request) => {
        asked.push(
          [
            request.op,
            request.account,
            ...(request.op === 'get-all' ? request.behind : []).map(({ account }) => account),
          ].join(' '),
        )
        setImmediate(() => hear({ kind: 'value', id: request.id, value: answer?.(request) ?? own(request) }))
      },
      keepsParent: () => undefined,
      kill: () => undefined,
    }
  }
  const store = openOsStore({ childPath: 'unused', interactive: false, startChild })
  const read = async (account: string) => {
    const seen = await store.read(item(account))
    return seen.ok ? (seen.value?.use((text) => text) ?? null) : seen.failure.code
  }
  return { store, asked, read }
}

const few = () => new Map(['a', 'b', 'c', 'd'].map((name) => [name, `value-of-${name}`]))

describe('reads that wait for each other', () => {
  it('share a call, and each has its own answer', async () => {
    const { read, asked } = openWithChild(few())
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(read))).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `value-of-${name}`),
    )
    expect(asked).toEqual(['get a', 'get-all b c d'])
  })

  it('end at what shows nothing: the others are asked for in their turn', async () => {
    const { read, asked } = openWithChild(few())
    expect(await Promise.all(['a', 'b', 'missing', 'c', 'd'].map(read))).toEqual([
      'value-of-a',
      'value-of-b',
      null,
      'value-of-c',
      'value-of-d',
    ])
    expect(asked).toEqual(['get a', 'get-all b missing c d', 'get-all missing c d', 'get-all c d'])
  })

  it('are asked again by each where the call came to nothing', async () => {
    const { read, asked } = openWithChild(few(), ({ op }) => (op === 'get-all' ? [] : undefined))
    expect(await Promise.all(['a', 'b', 'c'].map(read))).toEqual(['value-of-a', null, 'value-of-c'])
    expect(asked).toEqual(['get a', 'get-all b c', 'get c'])
  })

  it('take nothing from before a write, and leave nothing for after it', async () => {
    const { store, read, asked } = openWithChild(few())
    const all = [read('a'), store.write(item('b'), Secret.of('another')), read('c'), read('b'), read('d')]
    expect(await Promise.all(all)).toEqual(['value-of-a', { kind: 'written' }, 'value-of-c', 'another', 'value-of-d'])
    expect(asked).toEqual(['get a', 'get c', 'set b', 'get-all b d'])
  })

  it('leave out a name that no keychain takes', async () => {
    const { read, asked } = openWithChild(few())
    expect(await Promise.all(['a', 'b', 'c\0c', 'd'].map(read))).toEqual([
      'value-of-a',
      'value-of-b',
      'bad-name',
      'value-of-d',
    ])
    expect(asked).toEqual(['get a', 'get-all b d'])
  })
})

describe('a write', () => {
  it('is read back in the same call', async () => {
    const { store, asked } = openWithChild(few())
    expect(await store.write(item('a'), Secret.of('new'))).toEqual({ kind: 'written' })
    expect(asked).toEqual(['set a'])
  })

  it.each([true, []])('whose reading back came to nothing there is read back in a call of its own', async (told) => {
    const { store, asked } = openWithChild(few(), ({ op }) => (op === 'set' ? told : undefined))
    expect(await store.write(item('a'), Secret.of('value-of-a'))).toEqual({ kind: 'written' })
    expect(asked).toEqual(['set a', 'get a'])
  })

  it('that shows another value, or none, is not said to be there', async () => {
    const other = openWithChild(few(), ({ op }) => (op === 'set' ? 'of another program' : undefined))
    expect(await other.store.write(item('a'), Secret.of('new'))).toMatchObject({
      kind: 'unknown',
      failure: { code: 'keychain-changed' },
    })
  })
})
