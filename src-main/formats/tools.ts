/**
 * Files in which vendors' own tools keep keys: read, never written. Each format is a few lines; what of them is no key is named.
 */
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { ok, type Result } from '../../src-contract/result.ts'
import { badVault } from './define-failures.ts'
import { emptyEntry, type Format, type Vault, type VaultEntry } from './define-format.ts'
import { settingsOf } from './define-lines.ts'
import { glance, textOf } from './define-text.ts'
import { emptyTraits } from './define-traits.ts'

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

/** Plain YAML, without anchors and tags; null if it is something else. */
function yamlOf(text: string): unknown {
  // the parser's time grows with the square of an odd file, and a tool's own is a few lines
  if (text.length > 65_536) return null
  try {
    // its warnings quote the file, on stderr
    return parseYaml(text, { schema: 'core', maxAliasCount: 0, logLevel: 'error' }) as unknown
  } catch {
    return null
  }
}

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
    const parsed = pdcpFile.safeParse(yamlOf(text))
    if (!parsed.success) return badVault('the file', 'it is no list of accounts with an api-key each')
    const entries = parsed.data.map(({ 'api-key': secret, username, email, server }, index): VaultEntry => ({
      ...emptyEntry,
      where: `account ${index + 1}`,
      name: `projectdiscovery/${username ?? email ?? index + 1}`,
      secret,
      account: email ?? username ?? null,
      rekey: { ...emptyTraits, vendor: 'projectdiscovery', baseUrl: server?.replace(/\/+$/, '') ?? null },
    }))
    return ok({ entries, notes: [] })
  },
})

const conjurFile = z.looseObject({
  account: z.string(),
  appliance_url: z.string().optional(),
  conjur_url: z.string().optional(),
  cert_file: z.string().nullish(),
})

type Server = { readonly account: string; readonly url: string; readonly certFile: string | null }
function conjurServer(text: string | undefined): Server | null {
  const parsed = text === undefined ? null : conjurFile.safeParse(yamlOf(text))
  const url = parsed?.data?.appliance_url ?? parsed?.data?.conjur_url
  if (!parsed?.success || url === undefined) return null
  return { account: parsed.data.account, url: url.replace(/\/+$/, ''), certFile: parsed.data.cert_file ?? null }
}

const conjurEntry = (machine: Machine, { account, url }: Server): VaultEntry => ({
  ...entryOf(machine),
  name: `conjur/${machine.login}`,
  rekey: { ...emptyTraits, vendor: 'conjur', baseUrl: url, inputs: { account, login: machine.login } },
})
const isOf = ({ name }: Machine, { url }: Server): boolean =>
  name === url || name.startsWith(`${url}/`) || name === new URL(url).hostname
const certNote = ({ certFile }: Server): readonly string[] =>
  certFile === null ? [] : [`its certificate file is not read; give it with rekey edit … --ca-file`]

export const conjurCli = tool({
  id: 'conjur-cli',
  name: 'Conjur’s .conjurrc with .netrc',
  companions: ['.netrc'],
  detect: (sample) => {
    const text = glance(sample)
    return /^(appliance_url|conjur_url)\s*:/m.test(text) && /^account\s*:/m.test(text) ? 0.95 : 0
  },
  entries: (text, companions) => {
    const server = conjurServer(text)
    if (!server || !URL.canParse(server.url)) return badVault('the file', 'it names no account and appliance_url')
    const machines = machinesOf(companions['.netrc'] ?? '')
    if (!machines.ok) return machines
    const own = machines.value.filter((machine) => isOf(machine, server))
    const none = own.length === 0 ? ['no .netrc beside it has a key for that address'] : []
    return ok({ entries: own.map((machine) => conjurEntry(machine, server)), notes: [...none, ...certNote(server)] })
  },
})

type Machine = { readonly line: number; readonly name: string; readonly login: string; readonly password: string }

/** The words of a .netrc in pairs; a macro ends at an empty line. */
function machinesOf(text: string): Result<readonly Machine[]> {
  const words = text
    .replace(/^macdef[^\n]*\n(?:[^\n]+\n)*/gm, (macro) => '\n'.repeat(macro.split('\n').length - 1))
    .split('\n')
    .flatMap((line, index) =>
      (line.replace(/(^|\s)#.*$/, '').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map((word) => ({
        line: index + 1,
        word: word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
      })),
    )
  const machines: { line: number; name: string; login: string; password: string }[] = []
  for (let at = 0; at < words.length; at += 1) {
    const { word, line } = words[at] ?? { word: '', line: 0 }
    const current = machines.at(-1)
    if (word === 'default') machines.push({ line, name: 'default', login: '', password: '' })
    else if (word === 'machine') {
      machines.push({ line, name: words[at + 1]?.word ?? '', login: '', password: '' })
      at += 1
    } else if (current && (word === 'login' || word === 'password' || word === 'account')) {
      const value = words[at + 1]?.word
      if (value === undefined) return badVault(`line ${line}`, `${word} has no value`)
      if (word !== 'account') current[word] = value
      at += 1
    } else return badVault(`line ${line}`, 'it is not machine, login or password')
  }
  return ok(machines)
}

const entryOf = ({ line, name, login, password }: Machine): VaultEntry => ({
  ...emptyEntry,
  where: `line ${line}`,
  name: login === '' ? name : `${name}/${login}`,
  secret: password === '' ? null : password,
  account: login === '' ? null : login,
  urls: name === 'default' ? [] : [name.includes('://') ? name : `https://${name}`],
})

export const netrc = tool({
  id: 'netrc',
  name: '.netrc',
  companions: ['.conjurrc'],
  detect: (sample) => {
    const text = glance(sample)
    return /^[ \t]*(machine\s+\S+|default)(\s|$)/m.test(text) && /(^|\s)password\s+\S/.test(text) ? 0.85 : 0
  },
  entries: (text, companions) => {
    const machines = machinesOf(text)
    if (!machines.ok) return machines
    const server = conjurServer(companions['.conjurrc'])
    const known = server !== null && URL.canParse(server.url) ? server : null
    return ok({
      entries: machines.value.map((machine) =>
        known && isOf(machine, known) ? conjurEntry(machine, known) : entryOf(machine),
      ),
      notes: known ? certNote(known) : [],
    })
  },
})

export const aws = tool({
  id: 'aws',
  name: 'AWS’s credentials',
  detect: (sample) => (/^[ \t]*aws_secret_access_key[ \t]*=/m.test(glance(sample)) ? 0.95 : 0),
  entries: (text) => {
    const { settings, faults } = settingsOf(text)
    if (faults[0] !== undefined) return badVault(`line ${faults[0]}`, 'it is not name = value')
    const profiles = [...new Set(settings.map(({ section }) => section ?? 'default'))]
    const entries = profiles.map((profile): VaultEntry => {
      const own = settings.filter(({ section }) => (section ?? 'default') === profile)
      const value = (name: string): string | null => own.find((each) => each.name === name)?.value ?? null
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
    return ok({ entries, notes: [] })
  },
})

const NPM_KEY = /^\/\/(.+?)\/?:(_authToken|_auth|_password)$/

export const npmrc = tool({
  id: 'npmrc',
  name: '.npmrc',
  detect: (sample) => (/^[ \t]*\/\/[^\s=]+:(_authToken|_auth|_password)[ \t]*=/m.test(glance(sample)) ? 0.95 : 0),
  entries: (text) => {
    const { settings } = settingsOf(text)
    const entries: VaultEntry[] = []
    const others: string[] = []
    for (const { line, name, value } of settings) {
      const [, host, kind] = NPM_KEY.exec(name) ?? []
      const plain = value.replace(/^(["'])(.*)\1$/, '$2')
      if (host === undefined) others.push(name)
      else if (/^\$\{.*\}$/.test(plain)) others.push(`the key of ${host} (it refers to a variable)`)
      else {
        const user = settings.find((each) => each.name === name.replace(/:[^:]*$/, ':username'))?.value ?? null
        const suffix = kind === '_authToken' ? '' : `/${kind?.slice(1)}`
        const urls = [`https://${host}`]
        entries.push({
          ...emptyEntry,
          where: `line ${line}`,
          name: `npm/${host}${suffix}`,
          secret: plain,
          account: user,
          urls,
        })
      }
    }
    const left = others.filter((name) => !/^\/\/.*:(username|email)$/.test(name))
    return ok({
      entries,
      notes: left.length > 0 ? [`settings that are not taken for keys: ${left.join(', ')}`] : [],
    })
  },
})
