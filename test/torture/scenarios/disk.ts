import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { drawMoment, untilMoment } from '../moments.ts'
import type { Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, reached } from '../victims.ts'

/** The disk under the data folder fills up, or lets nobody write any more, at any moment of a rotation; then all is well again. */
export const disk: Scenario = {
  name: 'disk',
  about: 'the disk full, or read-only, before a rotation or at any moment of it',
  stores: ['sealed'],
  play: async (world) => {
    const { chance, home } = world
    const held = await addDrawn(world)
    const kept = join(home, '..', 'kept')
    execFileSync('mv', [home, kept])
    execFileSync('mkdir', ['-m', '700', home])
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', home]).status !== 0) {
      // a container may keep even root from mounting
      return { tallies: ['nothing can be mounted here'], fates: [] }
    }
    try {
      execFileSync('cp', ['-a', `${kept}/.`, home])
      const filler = join(home, 'filler')
      const fill = (): void => {
        const { bavail, bsize } = statfsSync(home)
        const left = chance.pick([0, 0, 4, 64, 300, 600]) * 1024
        try {
          writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - left)))
        } catch {
          // somebody else took the last of it
        }
      }
      const isReadOnly = chance.in100(30)
      const trouble = isReadOnly ? (): unknown => spawnSync('mount', ['-o', 'remount,ro', home]) : fill
      const isEarly = chance.in100(30)
      if (isEarly) trouble()
      const running = world.start(['rotate', held.name, '--yes', '--json'])
      await untilMoment(world, running, drawMoment(world))
      const phase = isEarly ? '' : reached(world, held)
      if (!isEarly) trouble()
      const ended = await Promise.race([running.ended, sleep(20_000, null)])
      // somebody makes room: what a courier holds in its hands is sealed then
      if (isReadOnly) spawnSync('mount', ['-o', 'remount,rw', home])
      rmSync(filler, { force: true })
      if (!ended) world.wrong('it did not end while the disk was full')
      const { code, signal, stdout, stderr } = await running.ended
      world.note(`it ended ${code ?? signal} and had said ${stdout}${stderr}`)
      if (code === 1) world.wrong(`a full disk is a bug: ${stderr}`)
      for (const result of resultsIn(stdout)) await checkTold(world, result, held.first)
      const fates = await checkTruth(world)
      if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
      return { tallies: [`${isReadOnly ? 'read-only' : 'full'} ${isEarly ? 'before' : `at ${phase}`}`], fates }
    } finally {
      spawnSync('umount', ['-l', home])
    }
  },
}
