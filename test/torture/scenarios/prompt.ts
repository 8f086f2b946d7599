import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { rotationResult, type RotationResult } from '../../../src-contract/views.ts'
import type { Keyring } from '../../fixtures/keyring.ts'
import { startPrompter, type Prompt, type Prompter } from '../../fixtures/prompter.ts'
import { drawMoment, momentText, untilMoment } from '../moments.ts'
import { openPage } from '../page.ts'
import type { Running } from '../running.ts'
import type { Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, reached, type Victim } from '../victims.ts'
import type { Held, World } from '../world.ts'

/**
 * The keychain is locked, and asks a person who refuses, takes time, errs, goes away or locks it again; somebody may be
 * killed while the prompt is on the screen. Every prompt of a run is answered in a way of its own.
 */
const ways = [
  ...(['dismissed', 'dismissed', 'dismissed late', 'dismissed late'] as const),
  ...([
    'unlocked',
    'unlocked late',
    'unlocked and locked again',
    'wrong password',
    'somebody killed',
    'unanswered',
  ] as const),
] as const
type Way = (typeof ways)[number]

type Shown = { readonly prompt: Prompt; readonly way: Way; readonly later: Later }
type Later = (act: () => unknown, ms: number) => void

/** Whatever was put off, and has to be over before anybody looks at what came of it. */
function puttingOff(): { readonly later: Later; readonly over: () => Promise<void> } {
  const all: Promise<unknown>[] = []
  return {
    later: (act, ms) => void all.push(sleep(ms).then(act)),
    over: async () => void (await Promise.allSettled(all)),
  }
}

function answer(world: World, ring: Keyring, { prompt, way, later }: Shown): void {
  const { chance } = world
  const late = chance.between(50, chance.pick([400, 2500]))
  switch (way) {
    case 'dismissed':
      return prompt.answer('dismiss')
    case 'dismissed late':
      return later(() => prompt.answer('dismiss'), late)
    case 'unlocked':
      return prompt.answer('unlock')
    case 'unlocked late':
      return later(() => prompt.answer('unlock'), late)
    case 'unlocked and locked again':
      prompt.answer('unlock')
      return later(() => ring.lock(), chance.between(0, 60))
    case 'wrong password':
      return prompt.answer('wrong password')
    case 'somebody killed': {
      const victims = chance.pick<readonly Victim[]>([['app'], ['keychain'], ['app', 'keychain']])
      const after = chance.pick(['dismiss', 'unlock'] as const)
      later(() => hit(world, victims), chance.between(0, 300))
      return later(() => prompt.answer(after), chance.between(0, 900))
    }
    case 'unanswered':
  }
}

type Going = { readonly running: Running; readonly told: Promise<readonly RotationResult[]> }

function byCommand(world: World, args: readonly string[]): Going {
  const running = world.start([...args, '--json'])
  const told = running.ended.then(({ code, signal, stdout, stderr }) => {
    world.note(`it ended ${code ?? signal} and had said ${stdout.trim()}${stderr}`)
    const codes: readonly (number | null)[] = [0, 3, 4, 5]
    if (signal === null && !codes.includes(code)) world.wrong(`it ended ${code}`)
    return resultsIn(stdout)
  })
  return { running, told }
}

const pageAnswer = z.looseObject({ ok: z.literal(true), value: z.array(rotationResult) })

async function byPage(world: World): Promise<Going> {
  const { running, call } = await openPage(world)
  const startedAt = performance.now()
  let isAnswered = false
  const told = call('rotation.run', { selection: { names: world.held.map(({ name }) => name) } }).then(
    async ({ status, body }) => {
      isAnswered = true
      world.note(`the page heard ${status} ${body}`)
      const answer = status === 200 ? pageAnswer.safeParse(JSON.parse(body)) : null
      running.signal('SIGINT')
      await running.ended
      return answer?.success === true ? answer.data.value : []
    },
  )
  return { running: { ...running, startedAt, isOver: () => isAnswered || running.isOver() }, told }
}

/** What a run is told is held to the vendor, with the keychain open again. */
async function checkRun(world: World, { told }: Going, prompter: Prompter, over: () => Promise<void>): Promise<void> {
  const results = await told
  prompter.onPrompt = (prompt) => prompt.answer('dismiss')
  await over()
  for (const prompt of prompter.prompts) prompt.answer('dismiss')
  await world.keychain.ring?.unlock()
  for (const result of results) {
    const one = world.held.find(({ name }) => name === result.name)
    if (one) await checkTold(world, result, one.first)
    if (result.code === 'internal') world.wrong(`a bug: ${JSON.stringify(result)}`)
  }
}

export const keychainPrompt: Scenario = {
  name: 'keychain-prompt',
  about: 'the keychain locked, and its prompt dismissed, answered late, wrongly or never, at any moment of a rotation',
  stores: ['os'],
  ownKeyring: true,
  play: async (world) => {
    const { chance, keychain } = world
    const ring = keychain.ring!
    const prompter = await startPrompter(ring)
    const held: Held[] = []
    for (let left = chance.pick([1, 1, 1, 2, 4]); left > 0; left -= 1) held.push(await addDrawn(world))
    const one = held[0]!
    const isFirst = chance.in100(25)
    const moment = drawMoment(world)
    const drawn: string[] = []
    const { later, over } = puttingOff()
    const isPage = chance.in100(30)
    prompter.onPrompt = (prompt) => {
      const drawnWay = chance.pick(ways)
      // a deadline is ten seconds long, and where a person is at hand two minutes
      const isTooLong = drawnWay === 'unanswered' && (isPage || chance.in100(60))
      const way = drawn.length > 12 || isTooLong ? 'dismissed late' : drawnWay
      drawn.push(way)
      world.note(`prompt ${drawn.length}: ${way}`)
      answer(world, ring, { prompt, way, later })
    }
    if (isFirst) await ring.lock()
    const going = isPage ? await byPage(world) : byCommand(world, ['rotate', '--all', '--yes'])
    if (!isFirst) {
      await untilMoment(world, going.running, moment)
      await ring.lock()
    }
    const phase = isFirst ? 'before all' : reached(world, one)
    world.note(`locked ${isFirst ? 'before it began' : momentText(moment)}: ${phase}`)
    await checkRun(world, going, prompter, over)
    const first = drawn[0] ?? 'not asked'
    if (
      isFirst &&
      drawn.every((way) => way.startsWith('dismissed')) &&
      held.some((each) => mintsOf(world, each).length > 0)
    )
      world.wrong('a vendor was asked though the keychain was never unlocked')

    // a recovery that is asked for a password as well
    if (chance.in100(40)) {
      await ring.lock()
      const way = chance.pick(['dismissed', 'dismissed late', 'unlocked', 'unlocked late', 'somebody killed'] as const)
      prompter.onPrompt = (prompt) => answer(world, ring, { prompt, way, later })
      world.note(`recovered over a locked keychain: ${way}`)
      const recovering = byCommand(world, ['recover'])
      await recovering.told
      // a killed app's prompt may still be answered
      await sleep(50)
      await checkRun(world, recovering, prompter, over)
    }
    prompter.close()
    return { tallies: [`${first} at ${phase}`, ...(isPage ? ['by a page'] : [])], fates: await checkTruth(world) }
  },
}
