/**
 * At most `limit` at once. Whoever is inside may leave before it is done, when what is left needs no place: a rotation that
 * waits for the keychain alone makes room for the next one's questions to its vendor.
 */
export type Gate = {
  /** Runs fn over all, in order of starting; waits for all, then throws the first bug if there was one. */
  all<T>(items: readonly T[], fn: (item: T, leave: () => void) => Promise<void> | void): Promise<void>
}

export function openGate(limit: number): Gate {
  let free = limit
  const waiting: (() => void)[] = []
  const enter = async (): Promise<() => void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    let isInside = true
    return () => {
      if (!isInside) return
      isInside = false
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
  return {
    all: async (items, fn) => {
      const errors: unknown[] = []
      await Promise.all(
        items.map(async (item) => {
          const leave = await enter()
          try {
            await fn(item, leave)
          } catch (error) {
            errors.push(error)
          } finally {
            leave()
          }
        }),
      )
      if (errors.length > 0) throw errors[0]
    },
  }
}

/** Runs fn over all, at most `limit` at once. */
export const eachOf = <T>(items: readonly T[], limit: number, fn: (item: T) => Promise<void> | void): Promise<void> =>
  openGate(limit).all(items, (item) => fn(item))
