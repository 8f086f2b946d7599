import { requestClasses } from '../vendor.ts'
import type { Fault, FaultName } from './fault.ts'

type Check = (value: unknown) => boolean
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value)
const isWhole: Check = (value) => Number.isSafeInteger(value)
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const isMs: Check = (value) => typeof value === 'number' && value >= 0 && value <= 2 ** 31 - 1
const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isStatus: Check = (value) => isWhole(value) && Number(value) >= 200 && Number(value) <= 599
/** It becomes a header field. */
const isLocation: Check = (value) => typeof value === 'string' && /^[!-~]+$/.test(value)

const everyFault: Readonly<Record<string, Check>> = {
  match: oneOf(...requestClasses, 'any'),
  times: (value) => value === 'all' || (isCount(value) && value !== 0),
  skip: isCount,
  principal: isText,
  afterMint: isFlag,
  onReusedConnection: isFlag,
  delayMs: isMs,
  oldKeyLivesMs: isMs,
  framing: oneOf('length', 'chunked', 'close'),
}
const end = oneOf('fin', 'rst')
const ofKind: Readonly<Record<FaultName, Readonly<Record<string, Check>>>> = {
  before: { end },
  after: { end },
  torn: { at: isWhole, from: oneOf('start', 'headers', 'body'), end },
  hang: { ms: isMs, until: oneOf('gone'), when: oneOf('before', 'after') },
  delay: { ms: isMs },
  status: { status: isStatus, body: oneOf('json', 'html', 'empty'), acts: isFlag, retryAfterSeconds: isCount },
  garbage: { part: oneOf('body', 'reply'), acts: isFlag },
  portal: {},
  redirect: { status: isStatus, location: isLocation, acts: isFlag },
  'slow-drip': { bytes: (value) => isCount(value) && value !== 0, ms: isMs },
  'same-key': {},
  masked: {},
  'wrong-place': {},
  'close-delimited': {},
  chunked: {},
  stale: { ms: isMs },
  'verify-down': {},
  'reject-new': { oldKey: oneOf('works', 'dead') },
}
const required: Readonly<Partial<Record<FaultName, string>>> = { torn: 'at', delay: 'ms', status: 'status' }

export type ParsedFault =
  | { readonly ok: true; readonly fault: Fault }
  | { readonly ok: false; readonly problem: string }

/** A fault that came from outside, or what is wrong with it. */
export function parseFault(given: Readonly<Record<string, unknown>>): ParsedFault {
  const { kind, ...fields } = given
  const no = (problem: string): ParsedFault => ({ ok: false, problem })
  if (typeof kind !== 'string' || !Object.hasOwn(ofKind, kind)) {
    return no(`unknown kind of fault; there are ${Object.keys(ofKind).join(', ')}`)
  }
  const name = kind as FaultName
  const allowed = { ...everyFault, ...ofKind[name] }
  for (const [field, value] of Object.entries(fields)) {
    if (!Object.hasOwn(allowed, field)) return no(`a ${name} fault has no ${field}`)
    if (allowed[field]?.(value) !== true) return no(`bad value for ${field}`)
  }
  const need = required[name]
  if (need !== undefined && !(need in fields)) return no(`a ${name} fault needs ${need}`)
  return { ok: true, fault: given as unknown as Fault }
}
