import type { Chance } from './chance.ts'
import type { Clock } from './clock.ts'
import { answerArrival } from './exchange.ts'
import { createFaultQueue, type FaultQueue } from './faults/queue.ts'
import { listen } from './http/listen.ts'
import type { RequestLog } from './log.ts'
import { createRegistry, type Principal, type Registry } from './principals.ts'
import type { SandboxPrincipal, SandboxVendor } from './sandbox.ts'
import { settingsProblem, type Settings } from './settings.ts'
import type { Vendor } from './vendor.ts'

/** One vendor with its state and its server. */
export type OpenVendor = {
  readonly registry: Registry
  readonly faults: FaultQueue
  readonly shown: SandboxVendor
  readonly add: (name: string | null, isAdmin: boolean) => Principal
  /** The first principal without a name, or with `default` for one. Throws for one it does not know. */
  readonly principal: (name?: string) => Principal
  readonly configure: (settings: Partial<Settings>) => void
  readonly close: () => Promise<void>
}

export type World = {
  readonly chance: Chance
  readonly clock: Clock
  readonly log: RequestLog
  readonly stop: AbortSignal
}

export function showPrincipal({ name, key, inputs, password }: Principal): SandboxPrincipal {
  return {
    principal: name,
    key: key.value,
    ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    ...(password === null ? {} : { secretInputs: { password } }),
  }
}

function showVendor(baseUrl: string, principals: readonly Principal[]): SandboxVendor {
  const [first, admin] = [principals[0], principals.find(({ rights }) => rights === 'admin')]
  if (first === undefined) throw new Error('a vendor starts with a principal')
  const { principal: _, ...own } = showPrincipal(first)
  if (admin === undefined) return { baseUrl, ...own }
  const { principal: __, secretInputs: ___, ...operator } = showPrincipal(admin)
  return { baseUrl, ...own, operator }
}

/** Starts the vendor's server on the port (0: any). */
export async function openVendor(vendor: Vendor, port: number, world: World): Promise<OpenVendor> {
  const { chance, clock, log, stop } = world
  const registry = createRegistry(vendor.id, clock, () => vendor.newKey(chance))
  const faults = createFaultQueue()
  let settings = vendor.settings
  for (const founder of vendor.founders(chance)) registry.add(founder)

  const desk = { registry, chance, settings: () => settings, now: clock.now }
  const counter = { vendor, desk, route: vendor.open(desk), faults, log, stop }
  const listener = await listen(port, (arrival) => answerArrival(counter, arrival))
  return {
    registry,
    faults,
    shown: showVendor(`http://127.0.0.1:${listener.port}${vendor.basePath}`, registry.all()),
    add: (name, isAdmin) => {
      const principal = vendor.newcomer(name, registry.all().length, isAdmin, chance)
      if (registry.byName(principal.name) !== null) throw new Error(`${vendor.id} knows a ${principal.name} already`)
      return registry.add(principal)
    },
    principal: (name) => {
      const found = name === undefined || name === 'default' ? registry.all()[0] : registry.byName(name)
      if (found === undefined || found === null) throw new Error(`${vendor.id} knows no ${name}`)
      return found
    },
    configure: (changes) => {
      const problem = settingsProblem(changes)
      if (problem !== null) throw new Error(problem)
      settings = { ...settings, ...changes }
    },
    close: listener.close,
  }
}
