import { isExpiryChoice, type ExpiryDays } from '../dashboard.ts'
import { parseFault } from '../faults/parse-fault.ts'
import type { LogQuery, RequestLog } from '../log.ts'
import type { SandboxActions, SandboxVendor } from '../sandbox.ts'
import { settingsProblem, type Settings } from '../settings.ts'
import { requestClasses, type RequestClass } from '../vendor.ts'
import { isVendorId, vendorIds, type VendorId } from '../vendor-id.ts'

/** The control API, one line a call: each is the method of the sandbox it is named for. Bad input throws. */
type Input = Readonly<Record<string, unknown>>
type Route = (input: Input) => unknown

function vendorOf({ vendor }: Input): VendorId {
  if (!isVendorId(vendor)) throw new Error(`vendor must be one of ${vendorIds.join(', ')}`)
  return vendor
}

function textOf(input: Input, name: string): string | undefined {
  const value = input[name]
  if (value === undefined || typeof value === 'string') return value
  throw new Error(`${name} must be a text`)
}

function neededText(input: Input, name: string): string {
  const value = textOf(input, name)
  if (value === undefined) throw new Error(`${name} is missing`)
  return value
}

function expiryOf({ expiryDays = null }: Input): { readonly expiryDays: ExpiryDays } {
  if (!isExpiryChoice(expiryDays)) throw new Error('expiryDays must be null, 7, 30, 60 or 90')
  return { expiryDays }
}

function inject(input: Input, actions: SandboxActions): unknown {
  const { vendor: _, ...given } = input
  const vendor = vendorOf(input)
  const parsed = parseFault(given)
  if (!parsed.ok) throw new Error(parsed.problem)
  return { id: actions.inject({ ...parsed.fault, vendor }) }
}

function configure(input: Input, actions: SandboxActions): void {
  const { vendor: _, ...settings } = input
  const problem = settingsProblem(settings)
  if (problem !== null) throw new Error(problem)
  actions.configure(vendorOf(input), settings as Partial<Settings>)
}

function advance({ ms }: Input, actions: SandboxActions): void {
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) throw new Error('ms must be a number of milliseconds')
  actions.advance(ms)
}

function logQuery(input: Input): LogQuery {
  const name = textOf(input, 'class')
  const isClass = (value: string): value is RequestClass => requestClasses.some((known) => known === value)
  if (name !== undefined && !isClass(name)) throw new Error(`class must be one of ${requestClasses.join(', ')}`)
  const principal = textOf(input, 'principal')
  return {
    ...(input.vendor === undefined ? {} : { vendor: vendorOf(input) }),
    ...(name === undefined ? {} : { class: name }),
    ...(principal === undefined ? {} : { principal }),
  }
}

/** Keyed by method and path. Whatever carries a key is a POST, so that no key stands in a URL. */
export function controlRoutes(
  vendors: Readonly<Record<VendorId, SandboxVendor>>,
  actions: SandboxActions,
  log: RequestLog,
): Readonly<Record<string, Route>> {
  const userplane = 'userplane' as const
  return {
    'GET /': () => ({ vendors }),
    'POST /principals': (input) =>
      actions.addPrincipal(vendorOf(input), textOf(input, 'name'), { isAdmin: input.isAdmin === true }),
    'GET /principals': (input) => actions.principals(vendorOf(input)),
    'POST /faults': (input) => inject(input, actions),
    'GET /faults': () => actions.faults(),
    'DELETE /faults': (input) => actions.clearFaults(input.vendor === undefined ? undefined : vendorOf(input)),
    'POST /settings': (input) => configure(input, actions),
    'POST /clock': (input) => advance(input, actions),
    'GET /log': (input) => log.read(logQuery(input)),
    'DELETE /log': () => actions.clearLog(),
    'POST /key-state': (input) => ({ state: actions.keyState(vendorOf(input), neededText(input, 'key')) }),
    'POST /current-key': (input) => ({ key: actions.currentKey(vendorOf(input), textOf(input, 'principal')) }),
    'POST /dashboard/rotate': (input) => ({
      key: actions.dashboardRotate(userplane, textOf(input, 'principal'), expiryOf(input)),
    }),
    'POST /dashboard/create': (input) => ({
      key: actions.dashboardCreate(userplane, textOf(input, 'principal'), expiryOf(input)),
    }),
    'POST /dashboard/disable': (input) =>
      actions.dashboardDisable(userplane, textOf(input, 'principal'), input.isDisabled !== false),
  }
}
