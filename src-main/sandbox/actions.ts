import type { Clock } from './clock.ts'
import { createInDashboard, disableInDashboard, rotateInDashboard } from './dashboard.ts'
import type { RequestLog } from './log.ts'
import { showPrincipal, type OpenVendor } from './open-vendor.ts'
import type { SandboxActions } from './sandbox.ts'
import { isVendorId, vendorIds, type VendorId } from './vendor-id.ts'

const waitMs = 10_000

/** Everything that tests, the demo and the control API may do. */
export function createActions(
  vendors: Readonly<Record<VendorId, OpenVendor>>,
  clock: Clock,
  log: RequestLog,
): SandboxActions {
  let injected = 0
  const of = (vendor: string): OpenVendor => {
    if (!isVendorId(vendor)) throw new Error(`the sandbox has no vendor ${vendor}`)
    return vendors[vendor]
  }
  return {
    addPrincipal: (vendor, name, rights) => showPrincipal(of(vendor).add(name ?? null, rights?.isAdmin === true)),
    principals: (vendor) => of(vendor).registry.all().map(showPrincipal),

    inject: ({ vendor, ...fault }) => {
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
