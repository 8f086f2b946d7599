import { setTimeout as sleep } from 'node:timers/promises'
import { ledgerIdOf } from '../ledger.ts'
import { drawMoment, untilMoment } from '../moments.ts'
import type { Scenario } from '../scenario.ts'
import { mintsOf } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, reached } from '../victims.ts'

/** The key that opens sealed replies is gone for a while; one principal is to be kept under two names. */
export const escrowKey: Scenario = {
  name: 'escrow-key',
  about:
    'the key that seals replies taken out of the keychain after a kill: nothing is made anew, and all is found when it is back',
  stores: ['os'],
  play: async (world) => {
    const ring = world.keychain.ring!
    const held = await addDrawn(world)
    const running = world.start(['rotate', held.name, '--yes', '--json'])
    await untilMoment(world, running, drawMoment(world))
    hit(world, ['app'])
    await running.ended
    const phase = reached(world, held)
    const place = ['service', 'rekey-internal', 'account', `${ledgerIdOf(world.home)}:escrow-key`]
    const { stdout: key } = await ring.secretTool(['lookup', ...place])
    if (key === '') throw new Error('there is no escrow key to take away')
    await ring.secretTool(['clear', ...place])
    const mints = mintsOf(world, held).length
    for (const args of [
      ['recover', '--json'],
      ['rotate', held.name, '--yes', '--json'],
    ]) {
      const ran = await world.rekey(args)
      const isQuiet = args[0] === 'recover' && ran.stdout === '' && ran.code === 0
      if (!isQuiet && ran.code !== 5 && ran.code !== 4)
        world.wrong(`${args[0]} exits ${ran.code} without its escrow key`)
    }
    if (mintsOf(world, held).length !== mints) world.wrong('a vendor was asked without a place for its reply')
    if ((await ring.secretTool(['lookup', ...place])).stdout !== '') world.wrong('an escrow key was made anew')
    const put = await ring.secretTool(['store', '--label=x', ...place], key)
    const back = await ring.secretTool(['lookup', ...place])
    if (put.code !== 0 || back.stdout !== key)
      throw new Error(
        `the escrow key did not go back: ${put.code} ${back.stdout === ''} ${key.length} ${back.stdout.length}`,
      )
    // an item without a schema is passed over until the daemon reads its file again, which it knows by its time in seconds
    await sleep(1050)
    return { tallies: [`gone at ${phase}`], fates: await checkTruth(world) }
  },
}

export const twins: Scenario = {
  name: 'twins',
  about: 'one principal added under two names, by several processes at once, and all rotated: once is enough',
  play: async (world) => {
    const { chance, sandbox } = world
    const held = await addDrawn(world, chance.pick(['projectdiscovery', 'hienergy', 'conjur']))
    const inputs = Object.entries(
      sandbox.principals(held.vendor).find(({ principal }) => principal === held.principal)?.inputs ?? {},
    ).flatMap(([key, value]) => ['--input', `${key}=${value}`])
    const base = ['--base-url', sandbox.vendors[held.vendor].baseUrl]
    const adding = Array.from({ length: chance.between(1, 4) }, (_, at) =>
      world.start(
        [
          'add',
          held.vendor,
          `${held.name}-twin-${at}`,
          ...base,
          ...inputs,
          ...(chance.in100(50) ? ['--unproven'] : []),
        ],
        {
          stdin: `${held.first}\n`,
        },
      ),
    )
    for (const each of await Promise.all(adding.map(({ ended }) => ended))) {
      world.note(`add ended ${each.code}: ${each.stderr}`)
      if (each.code !== 2) world.wrong(`a twin was taken in: ${each.code} ${each.stdout}${each.stderr}`)
    }
    const ran = await world.rekey(['rotate', '--all', '--yes', '--json'])
    if (ran.code !== 0 || mintsOf(world, held).length !== 1) world.wrong(`it did not rotate once: ${ran.stdout}`)
    return { tallies: [`${adding.length} twins refused`], fates: await checkTruth(world) }
  },
}
