import type { Fault } from '../../../src-main/sandbox/faults/fault.ts'
import type { LogEntry } from '../../../src-main/sandbox/log.ts'
import type { VendorId } from '../../../src-main/sandbox/vendor-id.ts'
import { openPage } from '../page.ts'
import type { Played, Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import type { Held, World } from '../world.ts'

/** What comes over the wire is torn, late, odd or somebody else's; the product and its machine are well. */
const inPlace: readonly VendorId[] = ['projectdiscovery', 'scrapebit', 'hienergy', 'conjur']

/** Answers whose whole reply holds no key that works. */
const keyless = new Set(['garbage', 'masked', 'reject-new', 'status', 'redirect', 'hang', 'after'])
const gaveNoKey = (answer: LogEntry): boolean =>
  answer.sentBytes < answer.replyBytes || keyless.has(answer.fault ?? '') || answer.fault === 'torn'

async function rotateAll(world: World): Promise<void> {
  const running = world.start(['rotate', '--all', '--yes', '--json', '--concurrency', '40'], {
    env: { REKEY_REPLY_WAIT: '2' },
  })
  const ended = await running.ended
  world.note(`it ended ${ended.code} and had said ${ended.stdout}`)
  if (ended.code === 1 || ended.stderr !== '') world.wrong(`it ended ${ended.code} and complained: ${ended.stderr}`)
  const results = resultsIn(ended.stdout)
  if (results.length !== world.held.length) world.wrong(`${results.length} lines for ${world.held.length} credentials`)
  for (const result of results) {
    await checkTold(world, result, world.held.find(({ name }) => name === result.name)?.first ?? null)
  }
}

async function concluded(world: World, tally: (held: Held) => string): Promise<Played> {
  await rotateAll(world)
  const tallies = world.held.map(tally)
  world.sandbox.clearFaults()
  // what hung has acted, what lived on is dead
  world.sandbox.advance(10_000)
  const fates = await checkTruth(world, { mayLose: gaveNoKey, isVendorOdd: true })
  for (const held of world.held)
    if (mintsOf(world, held).length !== 1) world.wrong(`${held.name} was not asked for once`)
  return { tallies, fates }
}

const bytesAtOnce = 32
/** Thirteen times as many bytes are more than the longest reply has. */
const seedsAnEnding = 4 * 13
const endings = [
  ['fin', 'length'],
  ['rst', 'length'],
  ['fin', 'chunked'],
  ['rst', 'chunked'],
] as const

/** Fifty-two seeds reach every byte of every vendor's reply; 208, by FIN and by RST, with a length and in chunks. */
export const tornBytes: Scenario = {
  name: 'torn-bytes',
  about: 'the reply of every in-place vendor torn at every byte: before, at and after its headers',
  play: async (world) => {
    const at = world.seed - 1
    const vendor = inPlace[at % 4]!
    const [end, framing] = endings[Math.floor(at / seedsAnEnding) % 4]!
    const first = Math.floor((at % seedsAnEnding) / 4) * bytesAtOnce
    const bytes = Array.from({ length: bytesAtOnce }, (_, byte) => first + byte)
    const { baseUrl } = world.sandbox.vendors[vendor]
    // the first makes the home; one process for the rest is quicker than one each
    const keys = [await world.add(vendor)]
    const { running, call } = await openPage(world)
    while (keys.length < bytes.length) {
      const held = await world.addBy(vendor, async (name, { key: secret, inputs = {} }) => {
        const added = await call('credential.add', { name, vendor, secret, inputs, baseUrl })
        if (!added.body.includes('"ok":true')) throw new Error(`${name} was not added: ${added.body}`)
      })
      keys.push(held)
    }
    for (const [at, { principal }] of keys.entries()) {
      world.sandbox.inject({ kind: 'torn', at: bytes[at] ?? 0, end, framing, vendor, principal })
    }
    running.signal('SIGINT')
    await running.ended
    return concluded(world, () => `${vendor} by ${end}, ${framing}`)
  },
}

function drawFault({ chance }: World): Fault {
  const framing = chance.pick(['length', 'length', 'chunked', 'close'] as const)
  const end = chance.pick(['fin', 'rst'] as const)
  return chance.pick<Fault>([
    { kind: 'before', end },
    { kind: 'after', end },
    { kind: 'torn', at: chance.between(-40, 400), end, framing },
    { kind: 'torn', at: chance.between(0, 200), from: 'body', end, framing },
    { kind: 'hang', ms: 2700, when: 'before' },
    { kind: 'hang', ms: 2700, when: 'after' },
    {
      kind: 'status',
      status: chance.pick([408, 425, 500, 502, 503, 504]),
      body: chance.pick(['json', 'html', 'empty']),
      acts: chance.in100(50),
    },
    { kind: 'garbage', part: chance.pick(['body', 'reply']) },
    { kind: 'portal' },
    { kind: 'redirect', status: chance.pick([301, 302, 307, 308]), acts: chance.in100(50) },
    { kind: 'slow-drip', bytes: chance.between(1, 9), ms: chance.between(1, 8), framing },
    { kind: 'same-key' },
    { kind: 'masked' },
    { kind: 'wrong-place' },
    { kind: 'close-delimited' },
    { kind: 'stale', ms: 1000 },
    { kind: 'reject-new', oldKey: chance.pick(['works', 'dead']) },
    { kind: 'delay', ms: chance.pick([0, 300, 1500]), framing },
  ])
}

export const wire: Scenario = {
  name: 'wire',
  about: 'ten keys, each with an answer of its own: resets, portals, proxies, drips, nonsense, silence',
  play: async (world) => {
    const faults = new Map<string, string>()
    for (let count = 10; count > 0; count -= 1) {
      const vendor = world.chance.pick(inPlace)
      const held = await world.add(vendor)
      const fault = drawFault(world)
      world.note(`${held.name}: ${JSON.stringify(fault)}`)
      faults.set(held.name, fault.kind)
      world.sandbox.inject({ ...fault, vendor, principal: held.principal })
    }
    return concluded(world, ({ name }) => faults.get(name) ?? '')
  },
}
