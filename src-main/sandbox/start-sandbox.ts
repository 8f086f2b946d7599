import { createActions } from './actions.ts'
import { createChance } from './chance.ts'
import { createClock } from './clock.ts'
import { startControl } from './control/start-control.ts'
import { createLog, type LogEntry } from './log.ts'
import { openVendor, type OpenVendor, type World } from './open-vendor.ts'
import type { Sandbox } from './sandbox.ts'
import type { Vendor } from './vendor.ts'
import { vendorIds, type VendorId } from './vendor-id.ts'
import { conjur } from './vendors/conjur.ts'
import { hienergy } from './vendors/hienergy.ts'
import { projectdiscovery } from './vendors/projectdiscovery.ts'
import { scrapebit } from './vendors/scrapebit.ts'
import { userplane } from './vendors/userplane.ts'

export type { Sandbox } from './sandbox.ts'

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

const forEveryVendor = <T>(make: (id: VendorId, index: number) => T): Readonly<Record<VendorId, T>> =>
  Object.fromEntries(vendorIds.map((id, index) => [id, make(id, index)])) as Record<VendorId, T>

const closeAll = async (servers: readonly { readonly close: () => Promise<void> }[]): Promise<void> => {
  await Promise.all(servers.map(({ close }) => close()))
}

/** All of them, or none. */
async function openAll(port: number | undefined, world: World): Promise<Vendors> {
  const opening = forEveryVendor((id, index) =>
    openVendor(catalog[id], port === undefined ? 0 : port + 1 + index, world),
  )
  const settled = await Promise.allSettled(Object.values(opening))
  const opened = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed !== undefined) {
    await closeAll(opened)
    throw failed.reason
  }
  return Object.fromEntries(vendorIds.map((id, index) => [id, opened[index]])) as Vendors
}

/** Starts the five seed vendors and their control API on 127.0.0.1. Rejects if a port is taken (code EADDRINUSE). */
export async function startSandbox({ port, seed, onRequest, quiet }: SandboxOptions = {}): Promise<Sandbox> {
  const stopping = new AbortController()
  const clock = createClock()
  const log = createLog(quiet === true ? undefined : onRequest)
  const vendors = await openAll(port, { chance: createChance(seed ?? null), clock, log, stop: stopping.signal })
  const closeVendors = async (): Promise<void> => {
    const closed = closeAll(Object.values(vendors))
    stopping.abort()
    await closed
  }

  const actions = createActions(vendors, clock, log)
  const shown = forEveryVendor((id) => vendors[id].shown)
  try {
    const control = await startControl(port ?? 0, shown, actions, log)
    const summary = { vendors: shown, control: control.url }
    return {
      ...summary,
      ...actions,
      summary,
      get log() {
        return log.read()
      },
      close: async () => {
        await Promise.all([control.close(), closeVendors()])
      },
    }
  } catch (error) {
    await closeVendors()
    throw error
  }
}
