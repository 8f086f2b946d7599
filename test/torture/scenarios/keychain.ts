import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Keyring } from '../../fixtures/keyring.ts'
import { drawMoment, untilMoment } from '../moments.ts'
import type { Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, reached } from '../victims.ts'
import type { World } from '../world.ts'

/** The desktop's own keychain goes away, comes back, is locked, stands still or turns out to be of yesterday. */
const troubles: Readonly<Record<string, (ring: Keyring, world: World) => Promise<void>>> = {
  'locked, unlocked late': async (ring, { chance }) => {
    await ring.lock()
    await sleep(chance.pick([10, 300, 1500]))
    await ring.unlock()
  },
  'killed and started anew': async (ring, { chance }) => {
    await ring.killDaemon()
    await sleep(chance.pick([0, 200, 1000]))
    await ring.restartDaemon()
  },
  'stands still': async (ring, { chance }) => {
    ring.stopDaemon()
    await sleep(chance.pick([50, 500, 2500]))
    ring.contDaemon()
  },
}

const filesOf = (ring: Keyring): string => join(ring.folder, 'home/.local/share/keyrings')

export const keychainTrouble: Scenario = {
  name: 'keychain',
  about: 'the keychain locked, killed or stopped at any moment of a rotation, alone or with the app',
  stores: ['os'],
  ownKeyring: true,
  play: async (world) => {
    const { chance, keychain } = world
    const ring = keychain.ring!
    const held = await addDrawn(world)
    const moment = drawMoment(world)
    const running = world.start(['rotate', held.name, '--yes', '--json'])
    await untilMoment(world, running, moment)
    const trouble = chance.pick(Object.keys(troubles))
    const isKilled = chance.in100(40)
    world.note(`the keychain is ${trouble}`)
    const over = troubles[trouble]!(ring, world)
    if (isKilled) hit(world, chance.pick([['app'], ['keychain', 'app']] as const))
    const phase = reached(world, held)
    await over
    const ended = await running.ended
    world.note(`it ended ${ended.code ?? ended.signal} and had said ${ended.stdout.trim()}${ended.stderr}`)
    for (const result of resultsIn(ended.stdout)) await checkTold(world, result, held.first)
    if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
    return { tallies: [`${trouble} at ${phase}`], fates: await checkTruth(world) }
  },
}

export const keychainOfYesterday: Scenario = {
  name: 'keychain-rollback',
  about: 'the keychain restored from before the rotation, with the app killed at any moment of it',
  stores: ['os'],
  ownKeyring: true,
  play: async (world) => {
    const ring = world.keychain.ring!
    const held = await addDrawn(world)
    const kept = join(world.temp, '..', 'keyrings')
    execFileSync('cp', ['-a', filesOf(ring), kept])
    const running = world.start(['rotate', held.name, '--yes', '--json'])
    await untilMoment(world, running, drawMoment(world))
    hit(world, ['app'])
    await running.ended
    const phase = reached(world, held)
    await ring.killDaemon()
    rmSync(filesOf(ring), { recursive: true })
    execFileSync('cp', ['-a', kept, filesOf(ring)])
    await ring.restartDaemon()
    // what had ended before is found again on a person's word; everything else by itself
    if (phase === 'rotated') {
      const got = await world.rekey(['recover', held.name, '--settle', 'new', '--yes'])
      if (got.code !== 0) world.wrong(`the new key is not to be had again: ${got.stderr}`)
    }
    return { tallies: [`went back at ${phase}`], fates: await checkTruth(world) }
  },
}

/** Another keychain, with nothing in it, answers in the place of the right one. */
export const keychainEmpty: Scenario = {
  name: 'keychain-empty',
  about: 'an empty keychain in the place of the right one while something is open: nothing is made anew in it',
  stores: ['os'],
  ownKeyring: true,
  play: async (world) => {
    const ring = world.keychain.ring!
    const held = await addDrawn(world)
    const running = world.start(['rotate', held.name, '--yes', '--json'])
    await untilMoment(world, running, drawMoment(world))
    hit(world, ['app'])
    await running.ended
    const phase = reached(world, held)
    await ring.killDaemon()
    const aside = join(world.temp, '..', 'keyrings')
    execFileSync('cp', ['-a', filesOf(ring), aside])
    rmSync(filesOf(ring), { recursive: true })
    await ring.restartDaemon()
    const mints = mintsOf(world, held).length
    for (const args of [
      ['recover', '--json'],
      ['rotate', held.name, '--yes', '--json'],
      ['get', held.name],
    ]) {
      const ran = await world.rekey(args)
      const isQuiet = args[0] === 'recover' && ran.stdout === ''
      if (!isQuiet && ran.code !== 5 && ran.code !== 4)
        world.wrong(`${args[0]} exits ${ran.code} over an empty keychain`)
    }
    if (mintsOf(world, held).length !== mints) world.wrong('a vendor was asked over an empty keychain')
    const made = await ring.secretTool(['search', '--all', 'service', 'rekey-internal'])
    if (made.stdout !== '') world.wrong('something was made in an empty keychain')
    await ring.killDaemon()
    rmSync(filesOf(ring), { recursive: true, force: true })
    execFileSync('cp', ['-a', aside, filesOf(ring)])
    await ring.restartDaemon()
    return { tallies: [`empty at ${phase}`], fates: await checkTruth(world) }
  },
}
