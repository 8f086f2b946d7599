import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InputOf } from '../../../src-contract/operations.ts'
import type { PreviewEntry } from '../../../src-contract/vault-views.ts'
import { failed, openWorld, valueOf, type World } from '../operations/world.ts'
import { keys, preview, table } from './vault-world.ts'

/** What a preview says once a person chose: the same as the import will do, and only where it is otherwise than before. */
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

type Choices = NonNullable<InputOf<'vault.judge'>['choices']>
const judge = async (id: string, choices: Choices): Promise<readonly PreviewEntry[]> =>
  valueOf(await world.app.call('vault.judge', { id, choices })).entries
const addOther = async (name: string, secret: string): Promise<void> =>
  void valueOf(await world.app.call('credential.add', { vendor: 'other', name, secret }))
const take = (id: string, choices: Choices) => world.app.call('vault.import', { id, choices })

describe('choices', () => {
  it('change nothing that nobody chose, and write nothing', async () => {
    const { id } = await preview(world, keys(['a', 'key-one'], ['b', 'key-two']))
    expect(await judge(id, [])).toEqual([])
    expect(await judge(id, [{ index: 0, do: 'skip' }])).toEqual([])
    expect(valueOf(await world.app.call('credential.list', {}))).toEqual([])
    expect(await world.app.call('vault.judge', { id: 'none', choices: [] })).toMatchObject(failed('unknown-preview'))
  })

  it('of a name are seen where it is taken here, and where another entry has it', async () => {
    await addOther('Taken', 'kept-key-1')
    const { id } = await preview(world, keys(['a', 'key-one'], ['b', 'key-two'], ['taken', 'key-three']))
    expect(await judge(id, [{ index: 0, do: 'import', name: 'TAKEN' }])).toMatchObject([
      { index: 0, name: 'TAKEN', kind: 'changed', existing: 'Taken', doings: ['skip', 'replace', 'rename'] },
    ])
    expect(await judge(id, [{ index: 1, do: 'import', name: 'A' }])).toMatchObject([
      { index: 1, name: 'A', kind: 'conflicting', reason: 'line 2 has this name too' },
    ])
    expect(await judge(id, [{ index: 0, do: 'import', name: 'b' }])).toMatchObject([
      { index: 0, name: 'b', kind: 'new' },
      { index: 1, name: 'b', kind: 'conflicting', reason: 'line 2 has this name too' },
    ])
    const mine = await judge(id, [{ index: 2, do: 'import', name: 'mine' }])
    expect(mine).toMatchObject([{ index: 2, name: 'mine', kind: 'new', existing: null, doings: ['import', 'skip'] }])
    expect(valueOf(await take(id, [{ index: 2, do: 'import', name: 'mine' }]))).toMatchObject({
      stored: 3,
      renamed: [{ from: 'taken', to: 'mine' }],
    })
    expect(world.keyIn('mine')).toBe('key-three')
    expect(world.keyIn('Taken')).toBe('kept-key-1')
  })

  it('to keep both say which name the second gets, and the import gives it that', async () => {
    await addOther('a', 'kept-key-1')
    await addOther('a-2', 'kept-key-2')
    const { id } = await preview(world, keys(['a', 'key-one'], ['a-3', 'key-two'], ['A', 'key-three']))
    const choices: Choices = [
      { index: 0, do: 'rename' },
      { index: 2, do: 'rename' },
    ]
    expect((await judge(id, choices)).map(({ index, renamedTo }) => [index, renamedTo])).toEqual([
      [0, 'a-4'],
      [2, 'A-5'],
    ])
    expect(valueOf(await take(id, choices))).toMatchObject({
      renamed: [
        { from: 'a', to: 'a-4' },
        { from: 'A', to: 'A-5' },
      ],
    })
  })

  it('of a vendor show the principal that is kept already, before anything is imported', async () => {
    const who = world.sandbox.addPrincipal('hienergy')
    valueOf(await world.add('hienergy', 'prod/energy', who))
    const { baseUrl } = world.sandbox.vendors.hienergy
    const row = (name: string, digit: string) => [name, digit.repeat(64), who.inputs?.['user-id'] ?? '']
    const rows = [row('one', 'a'), row('two', 'b'), row('prod/energy', 'c')]
    const { id, entries } = await preview(world, table(['name', 'password', 'user-id'], ...rows))
    expect(entries.map(({ kind }) => kind)).toEqual(['new', 'new', 'changed'])
    const said = (index: number, doing: Choices[number]['do']) => ({ index, do: doing, vendor: 'hienergy', baseUrl })
    const first = await judge(id, [said(0, 'import'), said(1, 'import'), said(2, 'rename')])
    expect(first.map(({ index, kind, existing, doings }) => ({ index, kind, existing, doings }))).toEqual([
      { index: 0, kind: 'conflicting', existing: 'prod/energy', doings: ['skip', 'replace'] },
      { index: 1, kind: 'conflicting', existing: 'prod/energy', doings: ['skip', 'replace'] },
      // another name would not make two of one principal
      { index: 2, kind: 'changed', existing: 'prod/energy', doings: ['skip', 'replace'] },
    ])
    const second = await judge(id, [said(0, 'replace'), said(1, 'replace')])
    expect(second[1]).toMatchObject({ doings: ['skip'], reason: 'line 2 takes the place of prod/energy' })
    expect(await take(id, [said(0, 'replace'), said(1, 'replace')])).toMatchObject(failed('bad-input'))
    expect(valueOf(await take(id, [said(0, 'replace')]))).toMatchObject({ stored: 2, replaced: ['prod/energy'] })
  })

  it('that lack what a vendor asks for say so', async () => {
    const { id } = await preview(world, keys(['k', 'f'.repeat(64)]))
    expect(await judge(id, [{ index: 0, do: 'import', vendor: 'hienergy' }])).toMatchObject([
      { vendor: 'other', missing: ['user-id'] },
    ])
    const inputs = { 'user-id': '42' }
    expect(await judge(id, [{ index: 0, do: 'import', vendor: 'hienergy', inputs }])).toMatchObject([
      { vendor: 'hienergy', missing: [], unconfirmed: [] },
    ])
  })

  it('of ten thousand are answered while a person waits', async () => {
    const many = Array.from({ length: 10_000 }, (_, at) => [`k-${at}`, `key-number-${at}`] as const)
    const { id } = await preview(world, keys(...many))
    const choices = many.map((_, index) => ({ index, do: 'import' as const, vendor: 'scrapebit' }))
    const began = performance.now()
    const entries = await judge(id, choices)
    const took = performance.now() - began
    expect(entries).toHaveLength(10_000)
    expect(took).toBeLessThan(3000)
  })
})
