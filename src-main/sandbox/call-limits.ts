import type { Principal } from './principals.ts'
import type { CallLimit } from './settings.ts'

/** Whole seconds until the principal may call again; 0 if it may now. */
export function secondsToWait(principal: Principal, limits: readonly CallLimit[], now: number): number {
  const waits = limits.map(({ count, perSeconds }) => {
    const recent = principal.calls.filter((at) => at > now - perSeconds * 1000)
    const oldest = recent[recent.length - count]
    return oldest === undefined ? 0 : Math.ceil((oldest + perSeconds * 1000 - now) / 1000)
  })
  return Math.max(0, ...waits)
}

/** Whole seconds until the principal may rotate again; 0 if it may now. */
export function secondsToMint(principal: Principal, everySeconds: number, now: number): number {
  if (principal.mintedAt === null) return 0
  return Math.max(0, Math.ceil((principal.mintedAt + everySeconds * 1000 - now) / 1000))
}

/** How many calls fit into the window that is open now. */
export function callsLeft(principal: Principal, { count, perSeconds }: CallLimit, now: number): number {
  return Math.max(0, count - principal.calls.filter((at) => at > now - perSeconds * 1000).length)
}

const longestWindowMs = 86_400_000

export function countCall(principal: Principal, now: number): void {
  while ((principal.calls[0] ?? now) < now - longestWindowMs) principal.calls.shift()
  principal.calls.push(now)
}
