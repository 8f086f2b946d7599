import { drawMoment, momentText, untilMoment } from '../moments.ts'
import type { Played, Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth, isOpen, type Fate } from '../truth.ts'
import { addDrawn, aim, hit, reached, type Victim } from '../victims.ts'
import type { Held, World } from '../world.ts'

/** SIGKILL at a moment of one rotation: of the app, of the courier that holds its reply, of the keychain's process, of several. */
async function killOnce(world: World, victims: readonly Victim[]): Promise<Played> {
  const held = await addDrawn(world)
  const mayLose = victims.includes('courier')
  const moment = drawMoment(world, mayLose ? { lastMs: 6 } : {})
  const running = world.start(['rotate', held.name, '--yes', '--json'])
  // what can be seen from outside comes after everybody is there; a time may come before
  const strike = moment.after === 'start' ? () => hit(world, victims) : await aim(world, running, victims)
  await untilMoment(world, running, moment)
  const wasOver = running.isOver()
  const killed = strike()
  world.note(momentText(moment))
  const phase = reached(world, held)
  const ended = await running.ended
  world.note(`it had said ${ended.stdout.trim()}`)
  for (const result of resultsIn(ended.stdout)) await checkTold(world, result, held.first)
  if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
  const fates = await checkTruth(world, { mayLose })
  await goesOn(world, held, fates)
  return { tallies: [wasOver ? 'too late' : killed === 0 ? 'nobody there' : `killed at ${phase}`], fates }
}

/** A world that recovered rotates as before. */
async function goesOn(world: World, held: Held, fates: readonly Fate[]): Promise<void> {
  if (held.vendor === 'scrapebit' || fates.some(isOpen) || !world.chance.in100(20)) return
  const again = await world.rekey(['rotate', held.name, '--yes', '--json'])
  if (again.code !== 0) world.wrong(`does not rotate any more: ${again.stdout}${again.stderr}`)
}

/** One of these orders. */
const drawn =
  (...orders: readonly (readonly Victim[])[]) =>
  (world: World): Promise<Played> =>
    killOnce(world, world.chance.pick(orders))

export const killApp: Scenario = {
  name: 'kill-app',
  about: 'kill -9 of the app at any moment of a rotation: nothing may be lost at all',
  play: drawn(['app']),
}

export const killCourier: Scenario = {
  name: 'kill-courier',
  about: 'kill -9 of the courier: lost, and said to be, only where its last byte had not come',
  play: drawn(['courier']),
}

export const killBoth: Scenario = {
  name: 'kill-both',
  about: 'kill -9 of the app and its courier at once',
  play: drawn(['app', 'courier'], ['courier', 'app']),
}

export const killKeychainChild: Scenario = {
  name: 'kill-keychain-child',
  about: 'kill -9 of the process that speaks to the OS keychain, alone or with the app',
  stores: ['os'],
  play: drawn(['keychain'], ['keychain', 'app'], ['app', 'keychain']),
}
