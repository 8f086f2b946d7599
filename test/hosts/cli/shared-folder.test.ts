import { afterAll, beforeAll, expect, it } from 'vitest'
import { confirmText } from '../../../src-main/hosts/cli/confirm-text.ts'
import { openWorld, valueOf, type World } from '../../app/operations/world.ts'

/** A data folder on a network or in a synced folder: the question before a rotation says so, for one key and for many. */
const warning = '/home/ada/Dropbox/rekey is synced by Dropbox: another machine may rotate the same keys'

let world: World
beforeAll(async () => {
  world = await openWorld()
  for (const name of ['a', 'b'])
    valueOf(await world.add('projectdiscovery', name, world.sandbox.addPrincipal('projectdiscovery')))
})
afterAll(() => world.close())

const asked = async (...names: string[]): Promise<string> =>
  confirmText(valueOf(await world.app.call('rotation.plan', { names })), (_, text) => text).join('\n')

it('is named where a person is asked', async () => {
  expect(await asked('a')).not.toContain('!')
  await world.reopen((ports) => ({ ...ports, home: { ...ports.home, warnings: [warning] } }))
  expect(await asked('a')).toContain(`! ${warning}`)
  const many = await asked('a', 'b')
  expect(many.split(warning)).toHaveLength(2)
})
