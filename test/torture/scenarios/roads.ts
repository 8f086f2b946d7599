import { writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { LogEntry } from '../../../src-main/sandbox/log.ts'
import type { Chance } from '../chance.ts'
import { openFront, type Cut, type Front, type Plan } from '../roads/front.ts'
import { hosts, identities } from '../roads/identities.ts'
import { openNames, type NameAnswer } from '../roads/names.ts'
import { openProxy, type Manner } from '../roads/proxy.ts'
import type { Played, Scenario } from '../scenario.ts'
import { checkTold, mintsOf, resultsIn } from '../told.ts'
import { checkTruth } from '../truth.ts'
import { drawVendor } from '../victims.ts'
import type { Held, World } from '../world.ts'

/**
 * The way to a vendor that speaks TLS: certificates, handshakes, names and proxies that fail, from one connection of a
 * rotation on and for some connections. A key reaches nobody who did not prove to be its vendor; what failed before the
 * request is `not-sent`; a reply whose last byte had gone out is not lost.
 */
type Trouble<T> = { readonly from: number; readonly count: number; readonly draw: () => T }

/** Counts from the beginning of the rotation: what comes before it goes well. */
function troubled<T>({ from, count, draw }: Trouble<T>, well: T) {
  let [isOn, at, met] = [false, 0, 0]
  return {
    next: (): T => {
      if (!isOn || at++ < from || met >= count) return well
      met += 1
      return draw()
    },
    begin: () => void (isOn = true),
    heal: () => void (isOn = false),
    met: () => met,
  }
}

const drawSpan = (chance: Chance) => ({ from: chance.between(0, 4), count: chance.pick([1, 1, 2, 99]) })

function drawCut({ between, pick }: Chance): Cut {
  const end = pick(['fin', 'rst'] as const)
  return pick<Cut>([
    { direction: 'up', since: 'start', at: pick([0, 1, 5, between(6, 700)]), end },
    { direction: 'down', since: 'start', at: pick([0, 1, 5, between(6, 1500)]), end },
    { direction: 'down', since: 'reply', at: between(0, 600), end },
    { direction: 'down', since: 'reply', at: between(150, 450), end },
  ])
}

function drawPlan(chance: Chance): Plan {
  const { wrong } = identities()
  if (chance.in100(45)) return { cut: drawCut(chance) }
  if (chance.in100(10)) return { isSilent: true }
  if (chance.in100(10)) return { plain: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno' }
  return { identity: wrong[chance.pick(Object.keys(wrong))]! }
}

const planText = ({ identity, plain, cut, isSilent }: Plan): string => {
  const { wrong } = identities()
  if (identity) return `a certificate ${Object.keys(wrong).find((name) => wrong[name] === identity)}`
  if (plain !== undefined) return 'no TLS'
  if (isSilent === true) return 'silence'
  return cut ? `${cut.end} ${cut.direction}, from ${cut.since}` : 'well'
}

async function addBehind(world: World, isNamed: boolean, fronts: (vendorPort: number) => Promise<Front>) {
  const vendor = drawVendor(world)
  const base = new URL(world.sandbox.vendors[vendor].baseUrl)
  const front = await fronts(Number(base.port))
  const file = join(world.temp, '..', 'ca.pem')
  writeFileSync(file, identities().caPem)
  // only a private service may bring its own authority; the system's authorities can be named to Node by this
  const isPrivate = vendor === 'conjur'
  if (!isPrivate) world.env['SSL_CERT_FILE'] = file
  const pinned = world.chance.in100(50) ? ['--pin', `sha256:${identities().pin}`] : ['--ca-file', file]
  const trust = isPrivate ? pinned : []
  const path = base.pathname === '/' ? '' : base.pathname
  const host = isNamed ? (hosts[vendor] ?? '') : '127.0.0.1'
  return { front, host, add: () => world.add(vendor, ['--base-url', `https://${host}:${front.port}${path}`, ...trust]) }
}

/** Rotates while it is troubled, then heals it and holds all to the truth. */
async function travel(
  world: World,
  held: Held,
  front: Front,
  heal: () => Promise<void> | void,
): Promise<Played['fates']> {
  const ended = await world.start(['rotate', held.name, '--yes', '--json']).ended
  world.note(`it ended ${ended.code ?? ended.signal} and had said ${ended.stdout}${ended.stderr}`)
  if (ended.code === 1 || ended.code === null) world.wrong(`it ended ${ended.code}: ${ended.stderr}`)
  for (const result of resultsIn(ended.stdout)) await checkTold(world, result, held.first)
  await heal()
  for (const { plan, request } of front.exchanges) {
    if (plan.identity && request !== '') world.wrong(`spoke to one that showed ${planText(plan)}`)
  }
  const hadNotCome = (answer: LogEntry): boolean => {
    const asked = `${answer.method} ${answer.path.split('?')[0]}`
    const mint = front.exchanges.findLast(({ request }) => request.startsWith(asked))
    world.note(`of ${answer.replyBytes} bytes of the reply ${mint?.repliedBytes} had gone out`)
    return (mint?.repliedBytes ?? 0) < answer.replyBytes
  }
  const fates = await checkTruth(world, { mayLose: hadNotCome })
  if (mintsOf(world, held).length > 1) world.wrong('the vendor was asked twice')
  return fates
}

export const tls: Scenario = {
  name: 'tls',
  about:
    'TLS to a vendor refused, reset at any byte of a handshake or a reply, or by somebody with a wrong certificate',
  play: async (world) => {
    const { chance } = world
    const met = new Set<string>()
    const trouble = troubled<Plan>({ ...drawSpan(chance), draw: () => drawPlan(chance) }, {})
    const isSunk = chance.in100(15)
    const sinksAt = chance.between(0, 3)
    let seen = 0
    const { front, add } = await addBehind(world, false, (vendorPort) =>
      openFront({
        identity: identities().right,
        vendorPort,
        planOf: () => {
          if (isSunk && world.held.length > 0 && seen++ === sinksAt) front.sink()
          const plan = isSunk ? {} : trouble.next()
          if (planText(plan) !== 'well') met.add(planText(plan))
          return plan
        },
      }),
    )
    try {
      const held = await add()
      trouble.begin()
      const fates = await travel(world, held, front, async () => {
        trouble.heal()
        await front.rise()
      })
      return { tallies: isSunk ? ['refused'] : met.size === 0 ? ['well'] : [...met], fates }
    } finally {
      await front.close()
    }
  },
}

function drawAnswer({ between, pick, in100 }: Chance): NameAnswer {
  if (in100(8)) return { kind: 'silence' }
  return pick<NameAnswer>([
    { kind: 'error', code: 'nxdomain' },
    { kind: 'error', code: 'servfail' },
    { kind: 'nonsense' },
    { kind: 'addresses', addresses: [] },
    { kind: 'addresses', addresses: ['127.0.0.2'] },
    { kind: 'addresses', addresses: ['127.0.0.3'] },
    { kind: 'addresses', addresses: ['127.0.0.3', '127.0.0.1'] },
    { kind: 'addresses', addresses: ['127.0.0.1'], afterMs: between(50, 900) },
  ])
}

const answerText = (answer: NameAnswer): string =>
  answer.kind === 'error'
    ? answer.code
    : answer.kind !== 'addresses'
      ? answer.kind
      : answer.afterMs !== undefined
        ? 'late'
        : ({ '127.0.0.2': 'a stranger', '127.0.0.3': 'nobody', '': 'no address' }[answer.addresses.join()] ?? 'two')

export const names: Scenario = {
  name: 'names',
  about: 'the vendor’s name unknown, late, or that of a stranger, from one look-up of a rotation to the next',
  play: async (world) => {
    const { chance } = world
    const met = new Set<string>()
    const well: NameAnswer = { kind: 'addresses', addresses: ['127.0.0.1'] }
    const trouble = troubled({ ...drawSpan(chance), draw: () => drawAnswer(chance) }, well)
    const address = `127.53.${chance.between(1, 254)}.${process.pid % 254 || 1}`
    const names = await openNames(join(world.temp, '..'), address, () => {
      const answer = trouble.next()
      if (answer !== well) met.add(answerText(answer))
      return answer
    })
    if (!names.wrap) return { tallies: ['no name server can be had here'], fates: [] }
    world.wrap = names.wrap
    const { right, wrong } = identities()
    const open: Front[] = []
    try {
      const { front, add } = await addBehind(world, true, async (vendorPort) => {
        const ours = await openFront({ identity: right, vendorPort, planOf: () => ({}) })
        const identity = wrong[chance.pick(Object.keys(wrong))]!
        const stranger = { identity, vendorPort, planOf: () => ({ identity }), address: '127.0.0.2', port: ours.port }
        open.push(ours, await openFront(stranger))
        return ours
      })
      const held = await add()
      trouble.begin()
      const fates = await travel(world, held, front, trouble.heal)
      if (open[1]!.exchanges.some(({ request }) => request !== ''))
        world.wrong('a stranger at that name was told a key')
      return { tallies: met.size === 0 ? ['well'] : [...met], fates }
    } finally {
      await names.close()
      for (const front of open) await front.close()
    }
  },
}

const refusals = [407, 403, 502, 503, 504].map((status) => `HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`)

function drawManner({ pick, in100, between }: Chance): Manner {
  if (in100(5)) return { kind: 'silence' }
  if (in100(25)) return { kind: 'reset' }
  const text = pick([
    ...refusals,
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno',
    'HTTP/1.1 302 F\r\nLocation: /\r\n\r\n',
  ])
  return { kind: 'says', text: in100(30) ? text.slice(0, between(0, text.length)) : text }
}

const mannerText = (manner: Manner): string =>
  manner.kind === 'says' ? `it says ${/^HTTP\/1\.1 (\d{3})/.exec(manner.text)?.[1] ?? 'half a word'}` : manner.kind

export const proxies: Scenario = {
  name: 'proxies',
  about: 'a proxy that refuses, breaks off or falls silent before its tunnel or in the middle of it',
  play: async (world) => {
    const { chance } = world
    const met = new Set<string>()
    type Way = { readonly manner: Manner; readonly plan: Plan }
    const well: Way = { manner: { kind: 'tunnel' }, plan: {} }
    const draw = (): Way => {
      if (chance.in100(50)) return { manner: drawManner(chance), plan: {} }
      const head = chance.in100(30) ? 'Via: 1.1 proxy\r\n' : ''
      return { manner: { kind: 'tunnel', head }, plan: drawPlan(chance) }
    }
    const trouble = troubled({ ...drawSpan(chance), draw }, well)
    let way = well
    const { front, host, add } = await addBehind(world, true, (vendorPort) =>
      openFront({ identity: identities().right, vendorPort, planOf: () => way.plan }),
    )
    const proxy = await openProxy(
      () => {
        way = trouble.next()
        if (way !== well)
          met.add(way.manner.kind === 'tunnel' ? `tunnel, ${planText(way.plan)}` : mannerText(way.manner))
        return way.manner
      },
      (socket: Socket) => front.accept(socket),
    )
    world.env['HTTPS_PROXY'] = `http://somebody:${world.passphrase.slice(0, 8)}@127.0.0.1:${proxy.port}`
    try {
      const held = await add()
      trouble.begin()
      const fates = await travel(world, held, front, trouble.heal)
      for (const { target, headers } of proxy.seen) {
        if (target !== `${host}:${front.port}`) world.wrong(`the proxy was asked for ${target}`)
        if (headers.includes(held.first)) world.wrong('the proxy was told the key')
      }
      return { tallies: met.size === 0 ? ['well'] : [...met], fates }
    } finally {
      await proxy.close()
      await front.close()
    }
  },
}
