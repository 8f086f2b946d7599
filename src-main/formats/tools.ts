/**
 * Files in which vendors' own tools keep keys: read, never written. Each format is a few lines; what of them is no key is named.
 */
import { z } from 'zod'
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault } from './define-failures.ts'
import { emptyEntry, type Format, type Vault, type VaultEntry } from './define-format.ts'
import { settingsOf, type Setting } from './define-lines.ts'
import { glance, textOf } from './define-text.ts'
import { emptyTraits } from './define-traits.ts'
import { machinesOf, type Machine } from './tools/netrc.ts'
import { awsValue, npmValue } from './tools/values.ts'
import { said, yamlOf } from './tools/yaml.ts'

type Parts = Pick<Format, 'id' | 'name' | 'detect'> & {
  readonly companions?: readonly string[]
  readonly entries: (text: string, companions: Readonly<Record<string, string>>) => Result<Vault>
}

const tool = ({ id, name, detect, companions = [], entries }: Parts): Format => ({
  id,
  name,
  detect,
  companions,
  extensions: [],
  protection: 'plain',
  carries: ['name', 'secret', 'account', 'urls', 'fields', 'rekey'],
  read: async (bytes, options) => {
    const text = textOf(bytes)
    return text.ok ? entries(text.value.replace(/^\uFEFF/, ''), options.companions ?? {}) : text
  },
  write: null,
})

const pdcpFile = z.array(
  z.looseObject({
    'api-key': z.string(),
    username: z.string().optional(),
    email: z.string().optional(),
    server: z.string().optional(),
  }),
)

export const pdcp = tool({
  id: 'pdcp',
  name: 'ProjectDiscovery’s credentials.yaml',
  detect: (sample) => (/^[ \t]*(?:-[ \t]*)?api-key[ \t]*:/m.test(glance(sample)) ? 0.9 : 0),
  entries: (text) => {
    const yaml = yamlOf(text)
    if (!yaml.ok) return yaml
    const parsed = pdcpFile.safeParse(yaml.value)
    if (!parsed.success) {
      const [index] = parsed.error.issues[0]?.path ?? []
      if (typeof index !== 'number') return badVault('the file', 'it is no list of accounts with an api-key each')
      return badVault(`account ${index + 1}`, 'it has no api-key, or something that is no text')
    }
    const entries = parsed.data.map(({ 'api-key': secret, username, email, server, ...others }, index): VaultEntry => ({
      ...emptyEntry,
      where: `account ${index + 1}`,
      name: `projectdiscovery/${said(username) ?? said(email) ?? index + 1}`,
      secret: said(secret),
      account: said(email) ?? said(username),
      fields: Object.entries(others)
        .map(([name, value]) => ({ name, value: typeof value === 'string' ? value : JSON.stringify(value) }))
        .flatMap(({ name, value }) => (said(value) === null ? [] : [{ name, value, isSecret: false }])),
      rekey: { ...emptyTraits, vendor: 'projectdiscovery', baseUrl: said(server)?.replace(/\/+$/, '') ?? null },
    }))
    return ok({ entries, notes: [] })
  },
})

/** As the tools of today call them, and as those of yesterday did. */
const conjurFile = z.looseObject({
  account: z.string().optional(),
  conjur_account: z.string().optional(),
  appliance_url: z.string().optional(),
  conjur_url: z.string().optional(),
  cert_file: z.string().optional(),
})

type Server = { readonly account: string; readonly url: string; readonly notes: readonly string[] }
function conjurServer(text: string): Result<Server> {
  const yaml = yamlOf(text)
  if (!yaml.ok) return yaml
  const parsed = conjurFile.safeParse(yaml.value)
  const { account, conjur_account, appliance_url, conjur_url, cert_file, ...others } = parsed.data ?? {}
  const named = said(account) ?? said(conjur_account)
  const url = (said(appliance_url) ?? said(conjur_url))?.replace(/\/+$/, '')
  if (named === null || url === undefined || !URL.canParse(url))
    return badVault('the file', 'it names no account and appliance_url')
  const settings = Object.keys(others)
  return ok({
    account: named,
    url,
    notes: [
      ...(said(cert_file) === null ? [] : [`its certificate file is not read; give it with rekey edit … --ca-file`]),
      ...(settings.length === 0 ? [] : [`settings that are not taken: ${settings.join(', ')}`]),
    ],
  })
}

const conjurEntry = (machine: Machine, { account, url }: Server): VaultEntry => ({
  ...entryOf(machine),
  name: `conjur/${machine.login}`,
  rekey: { ...emptyTraits, vendor: 'conjur', baseUrl: url, inputs: { account, login: machine.login } },
})
const isOf = ({ name }: Machine, { url }: Server): boolean =>
  name === url || name.startsWith(`${url}/`) || name === new URL(url).hostname

export const conjurCli = tool({
  id: 'conjur-cli',
  name: 'Conjur’s .conjurrc with .netrc',
  companions: ['.netrc'],
  detect: (sample) => {
    const text = glance(sample)
    return /^(appliance_url|conjur_url)\s*:/m.test(text) && /^(conjur_)?account\s*:/m.test(text) ? 0.95 : 0
  },
  entries: (text, companions) => {
    const server = conjurServer(text)
    if (!server.ok) return server
    const { notes } = server.value
    const machines = machinesOf(companions['.netrc'] ?? '', '.netrc, ')
    if (!machines.ok) return machines
    const own = machines.value.filter((machine) => isOf(machine, server.value))
    const none = own.length === 0 ? ['no .netrc beside it has a key for that address'] : []
    const entries = own.map((machine) => conjurEntry(machine, server.value))
    return ok({
      entries: entries.map((entry) => ({ ...entry, where: `.netrc, ${entry.where}` })),
      notes: [...none, ...notes],
    })
  },
})

const entryOf = ({ line, name, login, password, account }: Machine): VaultEntry => ({
  ...emptyEntry,
  where: `line ${line}`,
  name: login === '' ? name : `${name}/${login}`,
  secret: password === '' ? null : password,
  account: login === '' ? null : login,
  urls: name === 'default' ? [] : [name.includes('://') ? name : `https://${name}`],
  fields: account === '' ? [] : [{ name: 'account password', value: account, isSecret: true }],
})

export const netrc = tool({
  id: 'netrc',
  name: '.netrc',
  companions: ['.conjurrc'],
  detect: (sample) => {
    const text = glance(sample)
    return /^[ \t]*(machine\s+\S+|default)(\s|$)/m.test(text) && /(^|\s)password(\s|$)/.test(text) ? 0.85 : 0
  },
  entries: (text, companions) => {
    const machines = machinesOf(text)
    if (!machines.ok) return machines
    const beside = companions['.conjurrc']
    const server = beside === undefined ? null : conjurServer(beside)
    const known = server?.ok === true ? server.value : null
    return ok({
      entries: machines.value.map((machine) =>
        known && isOf(machine, known) ? conjurEntry(machine, known) : entryOf(machine),
      ),
      notes: known?.notes ?? [],
    })
  },
})

const MOST_SHADOWED = 20

/** The last one counts, to the tool as well; the key that it hides is not gone without a word. */
function shadowed(settings: readonly Setting[], idOf: (setting: Setting) => string): readonly string[] {
  const last = new Map(settings.map((setting) => [idOf(setting), setting]))
  const notes = settings.flatMap((setting) => {
    const later = last.get(idOf(setting))
    return later === undefined || later === setting
      ? []
      : [
          `${setting.name} at line ${setting.line} is not taken: line ${later.line} says it again, and the last one counts`,
        ]
  })
  const rest = notes.length - MOST_SHADOWED
  return rest > 0
    ? [...notes.slice(0, MOST_SHADOWED), `${rest} more are said again by later lines, and not taken`]
    : notes
}

export const aws = tool({
  id: 'aws',
  name: 'AWS’s credentials',
  detect: (sample) => (/^[ \t]*aws_secret_access_key[ \t]*=/im.test(glance(sample)) ? 0.95 : 0),
  entries: (text) => {
    const { settings: all, faults } = settingsOf(text)
    if (faults[0] !== undefined) return badVault(`line ${faults[0]}`, 'it is not name = value')
    const settings = all.map((each) => ({
      ...each,
      section: each.section ?? 'default',
      name: each.name.toLowerCase(),
      value: awsValue(each.value),
    }))
    const profiles = [...Map.groupBy(settings, ({ section }) => section)]
    const entries = profiles.map(([profile, own]): VaultEntry => {
      const value = (name: string): string | null => own.findLast((each) => each.name === name)?.value || null
      const token = value('aws_session_token')
      return {
        ...emptyEntry,
        where: `line ${own[0]?.line ?? 0}`,
        name: `aws/${profile}`,
        secret: value('aws_secret_access_key'),
        account: value('aws_access_key_id'),
        fields: [
          ...(token === null ? [] : [{ name: 'aws_session_token', value: token, isSecret: true }]),
          ...own
            .filter(({ name }) => !/^aws_(secret_access_key|access_key_id|session_token)$/.test(name))
            .map(({ name, value: text }) => ({ name, value: text, isSecret: false })),
        ],
      }
    })
    const isKey = ({ name }: Setting): boolean => name.startsWith('aws_')
    return ok({ entries, notes: shadowed(settings.filter(isKey), ({ section, name }) => `${name} ${section}`) })
  },
})

/** `//npm.example.com/team/:_authToken`; without an address, of npm's registry as the file names it. */
const NPM_SETTING = /^(?:\/\/(.+?)\/?:)?(_authToken|_auth|_password|username|email)$/
const NPM_KEYS = /^[ \t]*(\/\/[^\s=]+:)?(_authToken|_auth|_password)[ \t]*=/m
/** Of the registry that npm uses where the file names none. */
const NPM_DEFAULT = 'default'

export const npmrc = tool({
  id: 'npmrc',
  name: '.npmrc',
  // without an address it might be a variable as well
  detect: (sample) => {
    const found = NPM_KEYS.exec(glance(sample))
    return found === null ? 0 : found[1] === undefined ? 0.7 : 0.95
  },
  entries: (text) => {
    const { settings: all, faults } = settingsOf(text)
    const settings = all.map((each) => ({ ...each, value: npmValue(each.value) }))
    const registry = settings.findLast(({ name }) => name === 'registry')?.value ?? NPM_DEFAULT
    const said = settings.map((setting) => {
      const [isSetting, host, kind] = NPM_SETTING.exec(setting.name) ?? []
      return { setting, host: isSetting === undefined ? null : (host ?? hostOf(registry)), kind: kind ?? '' }
    })
    const besides = new Map(said.map(({ setting, host, kind }) => [`${kind} ${host}`, setting]))
    const lastOf = new Map(settings.map((setting) => [setting.name, setting]))
    const withKey = new Set(said.flatMap(({ host, kind }) => (kind.startsWith('_') ? [host] : [])))
    const entries: VaultEntry[] = []
    const others: string[] = []
    for (const { setting, host, kind } of said) {
      const { line, value, name } = setting
      const beside = (what: string): string | null => besides.get(`${what} ${host}`)?.value ?? null
      if (host === null || !withKey.has(host)) others.push(name)
      else if (!kind.startsWith('_')) continue
      else if (/\$\{[^}]{1,200}\}/.test(value)) others.push(`the key of ${host} (it refers to a variable)`)
      else if (lastOf.get(name) === setting) {
        const email = beside('email')
        entries.push({
          ...emptyEntry,
          where: `line ${line}`,
          name: `npm/${host}${kind === '_authToken' ? '' : `/${kind.slice(1)}`}`,
          secret: value === '' ? null : value,
          account: beside('username'),
          urls: host === NPM_DEFAULT ? [] : [`https://${host}`],
          fields: email === null ? [] : [{ name: 'email', value: email, isSecret: false }],
        })
      }
    }
    const left = [...others, ...faults.map((line) => `line ${line}`)]
    const keys = said.flatMap(({ setting, kind }) => (kind.startsWith('_') ? [setting] : []))
    return ok({
      entries,
      notes: [
        ...(left.length > 0 ? [`settings that are not taken for keys: ${left.join(', ')}`] : []),
        ...shadowed(keys, ({ name }) => name),
      ],
    })
  },
})

const hostOf = (url: string): string => url.replace(/^\w+:\/\//, '').replace(/\/+$/, '')
