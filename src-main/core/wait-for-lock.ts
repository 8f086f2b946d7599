import type { Clock, Lock, Locks } from './ports.ts'

const LOOK_MS = 50

/** The lock, as soon as whoever holds it lets go; null: not within that time. */
export async function waitForLock(
  { locks, clock }: { readonly locks: Locks; readonly clock: Clock },
  name: string,
  mostMs: number,
): Promise<Lock | null> {
  const deadline = clock.ticks() + mostMs
  let lock = locks.exclusive(name)
  while (!lock && clock.ticks() < deadline) {
    await clock.sleep(LOOK_MS)
    lock = locks.exclusive(name)
  }
  return lock
}
