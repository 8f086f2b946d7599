import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { openWorld, putItem, type World } from './world.ts'

/**
 * An older sealed store, or an older row of it, in the place of the newest. The store cannot know; the ledger does. What
 * docs/sealed-store.md says of rollback, said by the command line.
 */
let world: World
let asked = 0
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())
afterAll(() => expect(asked).toBeGreaterThan(0))

const file = (): string => join(world.home, 'sealed.sqlite')
const older = (): string => join(world.folder, 'older.sqlite')

/** A key that was kept, and then rotated: what an older store holds under its name is dead. */
async function rotated(): Promise<void> {
  const { baseUrl, key } = world.sandbox.vendors.scrapebit
  const added = await world.rekey(['add', 'scrapebit', 'prod/scrapebit', '--base-url', baseUrl], `${key}\n`)
  expect(added, added.stderr).toMatchObject({ code: 0 })
  copyFileSync(file(), older())
  const ran = await world.rekey(['rotate', 'prod/scrapebit', '--yes'])
  expect(ran, ran.stderr).toMatchObject({ code: 0 })
  asked = world.sandbox.log.length
  expect(mints(0)).toHaveLength(1)
}

const mints = (from: number): readonly unknown[] =>
  world.sandbox.log.slice(from).filter((entry) => JSON.stringify(entry).includes('regenerate'))

/** Nothing is given out, sent or written over; and it is said why. */
async function expectNoticed(): Promise<void> {
  const got = await world.rekey(['get', 'prod/scrapebit'])
  expect(got).toMatchObject({ code: expect.any(Number), stdout: '' })
  expect(got.code).not.toBe(0)
  expect(got.stderr).toMatch(/prod\/scrapebit/)
  const used = await world.rekey(['run', '--env', 'KEY=prod/scrapebit', '--', 'env'])
  expect(used).toMatchObject({ code: 125, stdout: '' })
  const rotatedAgain = await world.rekey(['rotate', 'prod/scrapebit', '--yes', '--json'])
  expect(rotatedAgain.code).not.toBe(0)
  expect(mints(asked)).toEqual([])
}

describe('an older copy', () => {
  it('of the whole store gives out and sends no older key', async () => {
    await rotated()
    for (const suffix of ['-wal', '-shm']) rmSync(file() + suffix, { force: true })
    copyFileSync(older(), file())
    await expectNoticed()
  })

  it('of one row opens, as it must, and is noticed all the same', async () => {
    await rotated()
    const from = new DatabaseSync(older(), { readOnly: true })
    const row = from.prepare("SELECT sealed FROM item WHERE account = 'prod/scrapebit'").get() ?? {}
    from.close()
    const into = new DatabaseSync(file())
    into.prepare("UPDATE item SET sealed = ? WHERE account = 'prod/scrapebit'").run(row['sealed'] as Uint8Array)
    into.close()
    await expectNoticed()
  })

  it('from before a key was kept at all does not make it anew', async () => {
    copyFileSync(file(), older())
    const added = await world.rekey(['add', 'other', 'kept'], 'a-key-0123456789-abcdef\n')
    expect(added).toMatchObject({ code: 0 })
    for (const suffix of ['-wal', '-shm']) rmSync(file() + suffix, { force: true })
    copyFileSync(older(), file())
    const got = await world.rekey(['get', 'kept'])
    expect(got).toMatchObject({ code: 5, stdout: '' })
    await putItem(world, 'unrelated', 'value')
    expect(await world.rekey(['list'])).toMatchObject({ code: 0 })
  })
})
