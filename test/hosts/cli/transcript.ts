import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FaultAt } from '../../../src-main/sandbox/sandbox.ts'
import { vendorIds, type VendorId } from '../../../src-main/sandbox/vendor-id.ts'
import { putItem, type World } from './world.ts'

/**
 * A transcript is what a person sees: `$ command`, its standard input `<`, its output `>`, its messages `!` and its exit
 * code `?` (0 where none stands). Whatever is not there must not come. `@` does something at a vendor, `| ` are the lines
 * of a file, and every other line is a remark. `{name}` stands for a value of this run, `<time>` and the like for one that
 * is always another.
 */
export type Step =
  | {
      readonly kind: 'run'
      readonly line: number
      readonly command: string
      stdin: string[] | null
      expected: Expected
    }
  | { readonly kind: 'do'; readonly line: number; readonly verb: string; readonly rest: string; body: string[] }

export type Expected = { stdout: string[]; stderr: string[]; code: number }

export function parseTranscript(text: string): readonly Step[] {
  const steps: Step[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const mark = line.slice(0, 2)
    const rest = line.slice(2)
    const last = steps.at(-1)
    if (mark === '$ ') {
      const expected = { stdout: [], stderr: [], code: 0 }
      steps.push({ kind: 'run', line: index + 1, command: rest, stdin: null, expected })
    } else if (mark === '@ ') {
      const [verb = '', ...words] = rest.split(' ')
      steps.push({ kind: 'do', line: index + 1, verb, rest: words.join(' '), body: [] })
    } else if (last?.kind === 'run') {
      if (mark === '< ') (last.stdin ??= []).push(rest)
      if (mark === '> ' || line === '>') last.expected.stdout.push(rest)
      if (mark === '! ' || line === '!') last.expected.stderr.push(rest)
      if (mark === '? ') last.expected.code = Number(rest)
    } else if (last?.kind === 'do' && mark === '| ') last.body.push(rest)
  }
  return steps
}

/** The values of one run that a transcript speaks of by name; `principal` adds to them. */
export type Values = Map<string, string>

export function valuesOf(world: World): Values {
  const values: Values = new Map([
    ['home', world.home],
    ['work', world.folder],
  ])
  for (const id of vendorIds) {
    const vendor = world.sandbox.vendors[id]
    values.set(`${id}.url`, vendor.baseUrl)
    values.set(`${id}.port`, new URL(vendor.baseUrl).port)
    addKey(values, id, vendor)
    if (vendor.operator) addKey(values, `${id}.operator`, vendor.operator)
  }
  return values
}

function addKey(
  values: Values,
  name: string,
  at: {
    readonly key: string
    readonly inputs?: Readonly<Record<string, string>>
    readonly secretInputs?: Readonly<Record<string, string>>
  },
): void {
  values.set(`${name}.key`, at.key)
  for (const [input, value] of Object.entries({ ...at.inputs, ...at.secretInputs }))
    values.set(`${name}.${input}`, value)
}

export const fillIn = (text: string, values: Values): string =>
  text.replace(/\{([a-z][\w.-]*)\}/g, (whole, name: string) => values.get(name) ?? whole)

/** Does what an `@` line says. */
export async function act(
  world: World,
  values: Values,
  { verb, rest, body }: Extract<Step, { kind: 'do' }>,
): Promise<void> {
  const { sandbox } = world
  const [vendor = '', name = ''] = rest.split(' ')
  switch (verb) {
    case 'inject':
      return void sandbox.inject(JSON.parse(rest) as FaultAt)
    case 'configure':
      return sandbox.configure(vendor, JSON.parse(rest.slice(vendor.length)) as object)
    case 'clear':
      return sandbox.clearFaults()
    case 'advance':
      return sandbox.advance(Number(rest))
    case 'principal':
      return addKey(values, name, sandbox.addPrincipal(vendor, name))
    case 'dashboard':
      return void values.set(name, sandbox.dashboardRotate(vendor as 'userplane'))
    case 'mint': {
      const { key, baseUrl } = sandbox.vendors.scrapebit
      const headers = { authorization: `Bearer ${key}` }
      return void (await fetch(`${baseUrl}/v1/user/api-key/regenerate`, { method: 'POST', headers }))
    }
    case 'current':
      return void values.set(name, sandbox.currentKey(vendor as VendorId) ?? '')
    case 'item':
      return putItem(world, vendor, name)
    case 'acme':
    case 'scrapebit': {
      const catalog = join(import.meta.dirname, '../../../src-main/vendors/catalog/scrapebit.yaml')
      const text = readFileSync(catalog, 'utf8').replace(/^id: scrapebit$/m, `id: ${verb}`)
      return writeFileSync(join(world.folder, vendor), text)
    }
    case 'file': {
      const path = join(world.folder, vendor)
      mkdirSync(dirname(path), { recursive: true })
      return writeFileSync(path, `${body.map((line) => fillIn(line, values)).join('\n')}\n`, { mode: 0o600 })
    }
    default:
      throw new Error(`no such act: ${verb}`)
  }
}

const longestFirst = (a: readonly [string, string], b: readonly [string, string]): number => b[1].length - a[1].length

/** Output with everything taken out that is another in every run. */
export function normalise(text: string, values: Values): string {
  let out = text
  for (const [name, value] of [...values].sort(longestFirst)) {
    // a bare number, such as a user id or a port, stands for itself
    if (value.length > 5) out = out.replaceAll(value, `{${name}}`)
  }
  return (
    out
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, '<id>')
      .replace(/"fingerprint":"[0-9a-f]{16}"/g, '"fingerprint":"<fp>"')
      .replace(/(?<= )[0-9a-f]{16}$/gm, '<fp>')
      .replace(/"tail":"[^"]{4}"/g, '"tail":"<tail>"')
      .replace(/…[\w.+/=-]{4}(?= |$)/gm, '…<tail>')
      .replace(/\bending [\w.+/=-]{4}\b/g, 'ending <tail>')
      .replace(/"(durationMs|retryAfterSeconds)":\d+/g, '"$1":<n>')
      .replace(/\b(at|after) \d\d:\d\d\b/g, '$1 <clock>')
      .replace(/SHA-256 [0-9a-f]{64}/g, 'SHA-256 <sha256>')
      .replace(/\bsealMs \d+/g, 'sealMs <n>')
      .replace(/^\d+\.\d+\.\d+$/gm, '<version>')
      // a busy machine takes its time
      .replace(/\b\d+ (?:second|minute)s? ago\b( *)/g, (ago, after: string) =>
        after ? 'now'.padEnd(ago.length) : 'now',
      )
      .replace(/ +$/gm, '')
  )
}

export const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
