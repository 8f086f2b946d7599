import { createChance } from './chance.ts'
import { createClock } from './clock.ts'
import { startControl } from './control/start-control.ts'
import { createInDashboard, disableInDashboard, rotateInDashboard } from './dashboard.ts'
import { createLog, type LogEntry } from './log.ts'
import { openVendor, showPrincipal, type OpenVendor, type World } from './open-vendor.ts'
import type { Sandbox } from './sandbox.ts'
import type { Vendor } from './vendor.ts'
import { vendorIds, type VendorId } from './vendor-id.ts'
import { conjur } from './vendors/conjur.ts'
import { hienergy } from './vendors/hienergy.ts'
import { projectdiscovery } from './vendors/projectdiscovery.ts'
import { scrapebit } from './vendors/scrapebit.ts'
import { userplane } from './vendors/userplane.ts'

export type SandboxOptions = {
  /** The control API's port; the vendors take the five after it, in the order of vendorIds. Any free ones without it. */
  readonly port?: number
  /** The same keys every time. */
  readonly seed?: string
  /** Told of every request once it is over. */
  readonly onRequest?: (entry: LogEntry) => void
  /** Nobody is told. */
  readonly quiet?: true
}

type Vendors = Readonly<Record<VendorId, OpenVendor>>

const catalog: Readonly<Record<VendorId, Vendor>> = { projectdiscovery, scrapebit, hienergy, conjur, userplane }
const waitMs = 10_000

/** A record with one entry for each vendor. */
const forEveryVendor = <T>(make: (id: VendorId) => T): Record<VendorId, T> =>
  Object.fromEntries(vendorIds.map((id) => [id, make(id)])) as Record<VendorId, T>

async function openAll(port: number | undefined, world: World): Promise<Vendors> {
  const opened = await Promise.allSettled(
    vendorIds.map((id, i) => openVendor(catalog[id], port === undefined ? 0 : port + 1 + i, world)),
  )
  const vendors = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = opened.find((result) => result.status === 'rejected')
  if (failed === undefined) return Object.fromEntries(vendorIds.map((id, i) => [id, vendors[i]])) as Vendors
  await Promise.all(vendors.map(({ close }) => close()))
  throw failed.reason
}

function actions(vendors: Vendors, { clock, log }: World): Omit<Sandbox, 'vendors' | 'control' | 'summary' | 'close'> {
  let injected = 0
  const of = (vendor: VendorId): OpenVendor => {
    const found = vendors[vendor]
    if (found === undefined) throw new Error(`there is no vendor ${vendor} here`)
    return found
  }
  return {
    addPrincipal: (vendor, name, rights) => showPrincipal(of(vendor).add(name ?? null, rights?.isAdmin === true)),
    principals: (vendor) => of(vendor).registry.all().map(showPrincipal),

    inject: (vendor, fault) => {
      const { faults, registry } = of(vendor)
      const id = `fault-${++injected}`
      faults.add(id, fault, registry.nextStep())
      return id
    },
    faults: () =>
      vendorIds.flatMap((vendor) =>
        of(vendor)
          .faults.pending()
          .map((fault) => ({ ...fault, vendor })),
      ),
    clearFaults: (vendor) => {
      for (const id of vendor === undefined ? vendorIds : [vendor]) of(id).faults.clear()
    },
    configure: (vendor, settings) => of(vendor).configure(settings),
    advance: clock.advance,

    log: log.read,
    clearLog: log.clear,
    waitFor: (matches, timeoutMs = waitMs) => log.waitFor(matches, timeoutMs),

    keyState: (vendor, value) => {
      const found = of(vendor).registry.find(value)
      return found !== null && of(vendor).registry.works(found.key) ? 'works' : 'dead'
    },
    currentKey: (vendor, name) => {
      const { key } = of(vendor).principal(name)
      return of(vendor).registry.works(key) ? key.value : null
    },

    dashboardRotate: (vendor, name, options) =>
      rotateInDashboard(of(vendor).registry, of(vendor).principal(name), options?.expiryDays ?? null).value,
    dashboardCreate: (vendor, name, options) =>
      createInDashboard(of(vendor).registry, of(vendor).principal(name), options?.expiryDays ?? null)?.value ?? null,
    dashboardDisable: (vendor, name, isDisabled = true) => disableInDashboard(of(vendor).principal(name), isDisabled),
  }
}

/** Starts the five seed vendors and their control API on 127.0.0.1. Rejects if a port is taken (code EADDRINUSE). */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { onRequest } = options
  const stopping = new AbortController()
  const world: World = {
    chance: createChance(options.seed ?? null),
    clock: createClock(),
    log: createLog((entry) => {
      if (options.quiet !== true) onRequest?.(entry)
    }),
    stop: stopping.signal,
  }
  const vendors = await openAll(options.port, world)
  const closeVendors = async (): Promise<void> => {
    const closed = vendorIds.map((id) => vendors[id].close())
    stopping.abort()
    await Promise.all(closed)
  }
  try {
    const acts = actions(vendors, world)
    const shown = forEveryVendor((id) => vendors[id].shown)
    const control = await startControl(options.port ?? 0, shown, acts)
    const summary = { vendors: shown, control: control.url }
    return {
      ...summary,
      summary,
      ...acts,
      close: async () => {
        await Promise.all([control.close(), closeVendors()])
      },
    }
  } catch (error) {
    await closeVendors()
    throw error
  }
}
