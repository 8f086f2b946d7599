import { describe, it } from 'vitest'
import { addCells, get, replaceOwnKey, resultsIn } from './fault-cells.ts'
import { mintRows, only } from './fault-rows.ts'
import { openWorld } from './world.ts'

/**
 * An operator whose key dies in the very call that replaces another's: whose key was replaced is not known, so nothing is
 * concluded from the new key's refusal. A working key of the operator lets recovery find the truth.
 */
describe.concurrent('an operator whose key dies with the call', () => {
  for (const [vendor, fault, truth] of [
    ['hienergy', 'a key it then refuses', 'lost'],
    ['hienergy', 'a refused key beside a living old one', 'not-rotated'],
    ['conjur', 'a key it then refuses', 'lost'],
  ] as const) {
    it(`at ${vendor}: ${fault}`, async ({ expect }) => {
      const world = await openWorld()
      try {
        const cells = await addCells(world, { vendor, rows: only(mintRows, [fault]), hasOperators: true })
        const [cell] = cells
        if (!cell?.operator) throw new Error('no operator')
        const { name, who, operator } = cell
        const rotating = world.rekey(['rotate', name, '--yes', '--json'])
        // the new key's refusal is believed only once all has settled: there is time
        await world.sandbox.waitFor((entry) => entry.target === who.principal && entry.acted)
        const fresh = await replaceOwnKey(world, vendor, operator)

        const ran = await rotating
        expect(ran.code, ran.stdout + ran.stderr).toBe(4)
        expect(resultsIn(ran.stdout)).toMatchObject([
          {
            outcome: 'unknown',
            code: 'operator-key-dead',
            settled: false,
            oldKey: 'unknown',
            newKey: null,
            message: `no clear answer, and nobody can tell yet which key works: the operator op/${name} does not work any more`,
          },
        ])
        const again = await world.rekey(['recover', name, '--json'])
        expect(again.code).toBe(4)
        expect(resultsIn(again.stdout)).toMatchObject([{ outcome: 'unknown', code: 'operator-key-dead' }])

        const set = await world.rekey(['set', `op/${name}`], `${fresh}\n`)
        expect(set.code, set.stderr).toBe(0)
        const recovered = await world.rekey(['recover', name, '--json'])
        expect(resultsIn(recovered.stdout)).toMatchObject([{ outcome: truth, code: 'new-key-rejected' }])
        expect(recovered.code).toBe(truth === 'lost' ? 4 : 0)
        expect((await get(world, name, '--even-if-open')).stdout).toBe(`${who.key}\n`)
        expect(world.sandbox.keyState(vendor, who.key)).toBe(truth === 'lost' ? 'dead' : 'works')
        const mints = world.sandbox.log.filter((entry) => entry.class === 'mint' && entry.target === who.principal)
        expect(mints).toHaveLength(1)

        if (truth !== 'lost') return
        // the operator rescues what is lost
        world.sandbox.clearFaults()
        const rescued = await world.rekey(['rotate', name, '--yes', '--json', '--unproven'])
        expect(resultsIn(rescued.stdout), rescued.stderr).toMatchObject([{ outcome: 'rotated', oldKey: 'dead' }])
        expect(world.sandbox.keyState(vendor, (await get(world, name)).stdout.trim())).toBe('works')
      } finally {
        await world.close()
      }
    }, 40_000)
  }
})
