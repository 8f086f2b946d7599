/** What a vendor's server may be told to do otherwise; each vendor starts with what its documentation says. */
export type Settings = {
  /** How long every answer takes. */
  readonly latencyMs: number
  /** Seconds between two rotations of one principal; 0 sets no limit. */
  readonly mintEverySeconds: number
  /** The status of the refusal, where the documentation does not say it. */
  readonly mintLimitStatus: number
  /** Calls a principal may make in a window. */
  readonly callLimits: readonly CallLimit[]
  /** The type of a key that is answered as plain text. */
  readonly textType: 'text/plain' | 'text/html'
}
export type CallLimit = { readonly count: number; readonly perSeconds: number }

export const baseSettings: Settings = {
  latencyMs: 0,
  mintEverySeconds: 0,
  mintLimitStatus: 429,
  callLimits: [],
  textType: 'text/plain',
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isLimit = (value: unknown): value is CallLimit =>
  typeof value === 'object' &&
  value !== null &&
  'count' in value &&
  'perSeconds' in value &&
  isCount(value.count) &&
  isCount(value.perSeconds)

const checks: Readonly<Record<keyof Settings, (value: unknown) => boolean>> = {
  latencyMs: isCount,
  mintEverySeconds: isCount,
  mintLimitStatus: (value) => isCount(value) && value >= 200 && value <= 599,
  callLimits: (value) => Array.isArray(value) && value.every(isLimit),
  textType: (value) => value === 'text/plain' || value === 'text/html',
}

/** What is wrong with settings that came from outside; null if nothing is. */
export function settingsProblem(settings: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(settings)) {
    if (!Object.hasOwn(checks, name)) return `unknown setting ${name}`
    if (!checks[name as keyof Settings](value)) return `bad value for ${name}`
  }
  return null
}
