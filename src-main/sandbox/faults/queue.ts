import type { Call } from '../vendor.ts'
import type { Fault } from './fault.ts'

export type PendingFault = {
  readonly id: string
  readonly fault: Fault
  /** How many requests it has met. */
  readonly met: number
}

type Entry = { readonly id: string; readonly fault: Fault; readonly setAtStep: number; passed: number; met: number }

/** Faults waiting at one vendor. The oldest that fits a request is taken; a fault that is used up is gone. */
export type FaultQueue = {
  /** `step` tells it from the mints before and after. */
  readonly add: (id: string, fault: Fault, step: number) => void
  readonly take: (call: Call, isReusedConnection: boolean) => Fault | null
  readonly pending: () => readonly PendingFault[]
  readonly clear: () => void
}

const aimedAt = ({ match, kind }: Fault): string => match ?? (kind === 'verify-down' ? 'verify' : 'mint')

export function createFaultQueue(): FaultQueue {
  let entries: Entry[] = []

  const fits = ({ fault, setAtStep }: Entry, call: Call, isReused: boolean): boolean => {
    const aim = aimedAt(fault)
    if (aim !== 'any' && aim !== call.class) return false
    // A rotation by an operator is the target's.
    const principal = call.mint?.target ?? call.principal
    if (fault.principal !== undefined && fault.principal !== principal?.name) return false
    if (fault.onReusedConnection === true && !isReused) return false
    return fault.afterMint !== true || (principal !== null && principal.mintStep > setAtStep)
  }

  return {
    add: (id, fault, step) => {
      entries.push({ id, fault, setAtStep: step, passed: 0, met: 0 })
    },
    take: (call, isReused) => {
      for (const entry of entries) {
        if (!fits(entry, call, isReused)) continue
        if (entry.passed < (entry.fault.skip ?? 0)) {
          entry.passed += 1
          continue
        }
        entry.met += 1
        const times = entry.fault.times ?? 1
        if (times !== 'all' && entry.met >= times) entries = entries.filter((other) => other !== entry)
        return entry.fault
      }
      return null
    },
    pending: () => entries.map(({ id, fault, met }) => ({ id, fault, met })),
    clear: () => {
      entries = []
    },
  }
}
