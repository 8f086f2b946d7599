/** What a process that was killed throws from everything it touches from then on. */
export class Crash extends Error {
  constructor() {
    super('the process died here')
    this.name = 'Crash'
  }
}

export type CrashPoint = { readonly call: number; readonly when: 'before' | 'after' }

/**
 * Counts the calls through every port it wraps, and dies at one of them: before it is made, or right after it took effect.
 * Whatever the dead process still calls throws too.
 */
export function crashes(point: CrashPoint | null) {
  let calls = 0
  let isDead = false
  const trace: string[] = []
  const guard = <T>(name: string, fn: () => T): T => {
    if (isDead) throw new Crash()
    calls += 1
    trace.push(name)
    const isHere = point?.call === calls
    if (isHere && point.when === 'before') {
      isDead = true
      throw new Crash()
    }
    const result = fn()
    if (!isHere) return result
    isDead = true
    if (result instanceof Promise) {
      return result.then(() => {
        throw new Crash()
      }) as T
    }
    throw new Crash()
  }
  /** The named methods of an object, guarded; the others as they are. */
  const wrap = <T extends object>(port: string, target: T, methods: readonly (keyof T & string)[]): T => {
    const wrapped: Record<string, unknown> = {}
    for (const method of methods) {
      const original = target[method] as (...args: unknown[]) => unknown
      wrapped[method] = (...args: unknown[]) => guard(`${port}.${method}`, () => original.apply(target, args))
    }
    return new Proxy(target, {
      get: (object, key) => (typeof key === 'string' && key in wrapped ? wrapped[key] : Reflect.get(object, key)),
    })
  }
  return { wrap, guard, trace, hasDied: () => isDead, calls: () => calls }
}
