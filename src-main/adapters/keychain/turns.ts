/**
 * Runs tasks one at a time. They keep the order in which they came, but for reads: a read takes 1 ms and a write of a full
 * keyring 50, so a read goes before the writes of other items that wait, and never before anything about its own item.
 */
export type Turn = { readonly item: string; readonly kind: 'read' | 'write' }

type Waiting<Own> = { readonly turn: Own | null; readonly run: () => Promise<void> }

/** A task is given the reads that come right behind it. */
export type TakeTurn<Own> = <T>(task: (behind: readonly Own[]) => Promise<T>, turn?: Own) => Promise<T>

export function turns<Own extends Turn>(): TakeTurn<Own> {
  const queue: Waiting<Own>[] = []
  let isRunning = false

  const runNext = async (): Promise<void> => {
    if (isRunning) return
    isRunning = true
    for (let next = queue.shift(); next; next = queue.shift()) await next.run()
    isRunning = false
  }
  /** A read passes writes of other items only; a task about no item in particular is passed by nobody. */
  const placeOf = (turn: Own | null): number => {
    let place = queue.length
    while (turn?.kind === 'read' && place > 0) {
      const before = queue[place - 1]?.turn
      if (before?.kind !== 'write' || before.item === turn.item) break
      place -= 1
    }
    return place
  }
  const readsBehind = (): readonly Own[] => {
    const reads: Own[] = []
    for (const { turn } of queue) {
      if (turn?.kind !== 'read') break
      reads.push(turn)
    }
    return reads
  }
  return (task, turn) =>
    new Promise((resolve, reject) => {
      const run = (): Promise<void> => task(readsBehind()).then(resolve, reject)
      queue.splice(placeOf(turn ?? null), 0, { turn: turn ?? null, run })
      void runNext()
    })
}
