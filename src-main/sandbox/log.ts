import type { FaultName } from './faults/fault.ts'
import type { RequestClass } from './vendor.ts'
import type { VendorId } from './vendor-id.ts'

/** One request a vendor received. Holds no key: a key is named by its id. */
export type LogEntry = {
  readonly id: number
  readonly at: string
  readonly vendor: VendorId
  readonly method: string
  /** With its query, but without the value of a key in it. */
  readonly path: string
  readonly class: RequestClass
  /** Whose key the request carried, and whose key it is about. */
  readonly principal: string | null
  readonly target: string | null
  readonly keyId: string | null
  /** Lower-case names; those that carry secrets are hidden. */
  readonly headers: Readonly<Record<string, string>>
  readonly bodyBytes: number
  readonly connection: number
  readonly onConnection: number
  readonly fault: FaultName | null
  /** True once a key of the vendor's was changed by it. */
  readonly acted: boolean
  /** The status that was sent, whole or not; null if none was. */
  readonly status: number | null
  readonly replyBytes: number
  readonly sentBytes: number
  /** True once the last byte of the whole reply was handed to the system and the client was still there. */
  readonly wholeReplySent: boolean
  /** True once the client's end broke off with bytes it had not read, or was not there to read. */
  readonly wasReset: boolean
  /** True once nothing more will happen. */
  readonly isOver: boolean
}

export type LogQuery = {
  readonly vendor?: VendorId
  readonly class?: RequestClass
  readonly principal?: string
}

export type RequestLog = {
  readonly open: (entry: Omit<LogEntry, 'id'>) => number
  readonly update: (id: number, patch: Partial<LogEntry>) => void
  readonly read: (query?: LogQuery) => readonly LogEntry[]
  readonly clear: () => void
  /** The first entry, past or to come, that matches. Rejects when it takes longer than told. */
  readonly waitFor: (matches: (entry: LogEntry) => boolean, timeoutMs: number) => Promise<LogEntry>
}

const keptEntries = 20_000
const secretHeaders = new Set(['authorization', 'x-api-key', 'cookie', 'proxy-authorization'])

export const withoutSecrets = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretHeaders.has(name) ? '(hidden)' : value]),
  )

export const withoutKey = (target: string): string => target.replace(/([?&]api_key=)[^&]*/g, '$1(hidden)')

/** `onOver` is told of every request once nothing more will happen with it. */
export function createLog(onOver: (entry: LogEntry) => void = () => undefined): RequestLog {
  let entries = new Map<number, LogEntry>()
  const watchers = new Set<(entry: LogEntry) => void>()
  let last = 0

  const tell = (entry: LogEntry): void => {
    for (const watcher of watchers) watcher(entry)
    if (entry.isOver) onOver(entry)
  }
  return {
    open: (given) => {
      const entry = { ...given, id: ++last }
      entries.set(entry.id, entry)
      if (entries.size > keptEntries) entries.delete(entries.keys().next().value ?? 0)
      tell(entry)
      return entry.id
    },
    update: (id, patch) => {
      const entry = entries.get(id)
      if (entry === undefined) return
      const changed = { ...entry, ...patch }
      entries.set(id, changed)
      tell(changed)
    },
    read: ({ vendor, class: name, principal } = {}) =>
      [...entries.values()].filter(
        (entry) =>
          (vendor === undefined || entry.vendor === vendor) &&
          (name === undefined || entry.class === name) &&
          (principal === undefined || entry.principal === principal || entry.target === principal),
      ),
    clear: () => {
      entries = new Map()
    },
    waitFor: (matches, timeoutMs) =>
      new Promise((resolve, reject) => {
        const found = [...entries.values()].find(matches)
        if (found !== undefined) return resolve(found)
        const stop = (): void => {
          clearTimeout(timer)
          watchers.delete(watch)
        }
        const watch = (entry: LogEntry): void => {
          if (!matches(entry)) return
          stop()
          resolve(entry)
        }
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`no such request within ${timeoutMs} ms`))
        }, timeoutMs)
        watchers.add(watch)
      }),
  }
}
