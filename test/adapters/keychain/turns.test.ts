import { describe, expect, it } from 'vitest'
import { type Turn, turns } from '../../../src-main/adapters/keychain/turns.ts'

const read = (item: string): Turn => ({ item, kind: 'read' })
const write = (item: string): Turn => ({ item, kind: 'write' })

async function orderOf(wanted: readonly (readonly [string, Turn | undefined])[]): Promise<readonly string[]> {
  const take = turns()
  const order: string[] = []
  await Promise.all(
    wanted.map(([name, turn]) =>
      take(async () => {
        await new Promise((resolve) => setImmediate(resolve))
        order.push(name)
      }, turn),
    ),
  )
  return order
}

describe('turns', () => {
  it('lets a read pass the writes of other items that wait', async () => {
    expect(
      await orderOf([
        ['running', write('x')],
        ['write a', write('a')],
        ['write b', write('b')],
        ['read c', read('c')],
        ['read d', read('d')],
      ]),
    ).toEqual(['running', 'read c', 'read d', 'write a', 'write b'])
  })

  it('keeps what concerns one item in order', async () => {
    expect(
      await orderOf([
        ['running', write('x')],
        ['write a', write('a')],
        ['write b', write('b')],
        ['read a', read('a')],
        ['write a again', write('a')],
      ]),
    ).toEqual(['running', 'write a', 'read a', 'write b', 'write a again'])
  })

  it('lets nothing pass a task about the whole keychain', async () => {
    expect(
      await orderOf([
        ['running', write('x')],
        ['write a', write('a')],
        ['prove', undefined],
        ['write b', write('b')],
        ['read c', read('c')],
      ]),
    ).toEqual(['running', 'write a', 'prove', 'read c', 'write b'])
  })

  it('goes on after a task that failed', async () => {
    const take = turns()
    const failed = take(async () => {
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await take(async () => 'yes')).toBe('yes')
  })
})
