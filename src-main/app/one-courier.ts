import type { Courier, CourierStarter } from '../core/ports.ts'

/**
 * The courier of a host: one for all the runs of now, whichever window they were asked for in, and let go when the last of
 * them ends. One that died while it waited for a person to confirm is not asked for anything: another is started.
 */
export type OneCourier = {
  /** Started if there is none. */
  get(): Courier
  during<T>(run: () => Promise<T>): Promise<T>
  /** Lets go of one that nobody uses. */
  close(): void
}

export function oneCourier(couriers: CourierStarter): OneCourier {
  let courier: Courier | null = null
  let runs = 0
  const close = (): void => {
    if (runs > 0) return
    courier?.close()
    courier = null
  }
  return {
    get: () => {
      if (courier?.isGone()) courier = null
      return (courier ??= couriers.start())
    },
    during: async (run) => {
      runs += 1
      try {
        return await run()
      } finally {
        runs -= 1
        close()
      }
    },
    close,
  }
}
