import { drawMoment, untilMoment } from '../moments.ts'
import type { Scenario } from '../scenario.ts'
import { mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit } from '../victims.ts'

/** Somebody renames, edits, removes or sets a credential while it rotates, or right after the app that rotated it was killed. */
export const meddle: Scenario = {
  name: 'meddle',
  about: 'rename, edit, remove or set a key in the middle of its rotation, or over the body of the app that rotated it',
  play: async (world) => {
    const { chance, sandbox } = world
    const held = await addDrawn(world)
    const running = world.start(['rotate', held.name, '--yes', '--json'])
    await untilMoment(world, running, drawMoment(world))
    const isKilled = chance.in100(50)
    if (isKilled) hit(world, ['app'])
    const what = chance.pick(['rename', 'edit', 'remove', 'set'] as const)
    const next = `${held.name}-renamed`
    const args = {
      rename: ['rename', held.name, next],
      edit: ['edit', held.name, '--label', 'edited', '--tag', 'edited'],
      remove: ['remove', held.name, '--yes'],
      set: ['set', held.name, '--json'],
    }[what]
    // whoever sets a key has it from the dashboard
    const key = sandbox.currentKey(held.vendor, held.principal) ?? held.first
    const meddled = await world.rekey(args, what === 'set' ? { stdin: `${key}\n` } : {})
    if (meddled.code === 1) world.wrong(`${what} met a bug of its own`)
    const ended = await running.ended
    world.note(`the rotation ended ${ended.code ?? ended.signal} and had said ${ended.stdout.trim()}`)
    const isDone = meddled.code === 0
    if (what === 'rename' && isDone) world.nowCalled(held, next)
    if (what === 'remove' && isDone) {
      const isTold = resultsIn(ended.stdout).some(({ outcome }) => outcome === 'rotated')
      if (mintsOf(world, held).some(({ acted }) => acted) && !isTold) {
        world.wrong('removed while its key was being replaced')
      }
      world.nowCalled(held, null)
    }
    const fates = await checkTruth(world, { oldOf: () => null })
    return { tallies: [`${what} ${isDone ? 'done' : 'refused'}${isKilled ? ', app killed' : ''}`], fates }
  },
}
