import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox } from '../../src-main/sandbox/sandbox.ts'
import type { VendorId } from '../../src-main/sandbox/vendor-id.ts'
import { plantSecrets } from '../canary/planted-secrets.ts'
import type { Keyring } from '../fixtures/keyring.ts'
import type { Chance } from './chance.ts'
import { ringKeychain, sealedKeychain, type Keychain } from './keychain.ts'
import { processesOf, type Seen } from './processes.ts'
import { start, type Ended, type Running } from './running.ts'

/**
 * What one seed is played in: a data folder, a keychain and principals of its own, the built command line, and a record of
 * everything that was said and seen, which is searched for secrets when it is over.
 */
export type Held = {
  readonly name: string
  readonly vendor: VendorId
  readonly principal: string
  /** The key it was added with. */
  readonly first: string
}

type Principal = ReturnType<Sandbox['addPrincipal']>
type Rights = { readonly isAdmin: boolean }

export type World = {
  readonly seed: number
  readonly chance: Chance
  readonly sandbox: Sandbox
  readonly home: string
  /** The temp folder of every process of this world, by which they are known. */
  readonly temp: string
  readonly env: NodeJS.ProcessEnv
  readonly keychain: Keychain
  readonly passphrase: string
  readonly held: readonly Held[]
  /** When a principal's minting request had been answered, whole or not, by performance.now(). */
  readonly answeredAt: ReadonlyMap<string, number>
  /** When a courier was last struck, by performance.now(). */
  courierStruckAt: number
  /** What every command line begins with (running.ts). */
  wrap: readonly string[]
  /** What happened, for whoever reads about a failure. */
  readonly story: readonly string[]
  readonly outputs: readonly { readonly label: string; readonly bytes: string }[]
  readonly violations: readonly string[]
  note(text: string): void
  /** Something that must never be. */
  wrong(text: string): void
  add(vendor: VendorId, flags?: readonly string[], rights?: Rights): Promise<Held>
  /** Takes a principal's key in another way than by a command: `take` is given the name that it shall have. */
  addBy(vendor: VendorId, take: (name: string, who: Principal) => Promise<void>, rights?: Rights): Promise<Held>
  /** It goes by another name from now on, or, without one, is no credential any more. */
  nowCalled(held: Held, name: string | null): void
  start(args: readonly string[], more?: { readonly stdin?: string; readonly env?: NodeJS.ProcessEnv }): Running
  rekey(
    args: readonly string[],
    more?: { readonly stdin?: string; readonly env?: NodeJS.ProcessEnv; readonly isSecret?: boolean },
  ): Promise<Ended>
  /** The processes there are now; their arguments and environments are kept for the search. */
  look(): readonly Seen[]
  close(keeps: boolean): void
}

export type WorldOptions = {
  readonly seed: number
  readonly chance: Chance
  readonly sandbox: Sandbox
  readonly cli: string
  /** null: the sealed store. */
  readonly ring: Keyring | null
}

export async function openWorld({ seed, chance, sandbox, cli, ring }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), `rekey-torture-${seed}-`))
  const [home, temp] = [join(folder, 'home'), join(folder, 'temp')]
  mkdirSync(temp, { mode: 0o700 })
  const [passphrase] = plantSecrets(['the passphrase']).map(({ value }) => value)
  writeFileSync(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 })
  const keychain = ring ? ringKeychain(home, ring) : await sealedKeychain(folder, home, passphrase!)
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/rekey-tests',
    ...keychain.env,
    TMPDIR: temp,
    REKEY_HOME: home,
    REKEY_REPLY_WAIT: '3',
  }
  const held: Held[] = []
  const answeredAt = new Map<string, number>()
  let added = 0
  const story: string[] = []
  const outputs: { label: string; bytes: string }[] = []
  const violations: string[] = []
  const began = performance.now()
  const note = (text: string): void => void story.push(`${Math.round(performance.now() - began)} ms: ${text}`)

  const begin: World['start'] = (args, more = {}) => {
    const { stdin = '', env: moreEnv } = more
    const running = start([cli, ...args], { cwd: folder, env: { ...env, ...moreEnv }, stdin, wrap: world.wrap })
    note(`started ${running.pid}: rekey ${args.join(' ')}`)
    return running
  }
  const world: World = {
    ...{ seed, chance, sandbox, home, temp, env, keychain, held, answeredAt, story, outputs, violations, note },
    courierStruckAt: Infinity,
    wrap: [],
    passphrase: passphrase!,
    wrong: (text) => {
      note(`WRONG: ${text}`)
      violations.push(text)
    },
    addBy: async (vendor, take, rights) => {
      const who = sandbox.addPrincipal(vendor, undefined, rights)
      const name = `s${seed}/${added++}`
      await take(name, who)
      const { principal, key: first } = who
      const one = { name, vendor, principal, first }
      held.push(one)
      sandbox
        .waitFor((entry) => entry.class === 'mint' && entry.target === principal && entry.isOver, 60_000)
        .then(() => answeredAt.set(principal, performance.now()))
        .catch(() => undefined)
      return one
    },
    add: (vendor, flags = [], rights) =>
      world.addBy(
        vendor,
        async (name, who) => {
          const inputs = Object.entries(who.inputs ?? {}).flatMap(([key, value]) => ['--input', `${key}=${value}`])
          const args = ['add', vendor, name, '--base-url', sandbox.vendors[vendor].baseUrl, ...inputs, ...flags]
          const stdin = [who.key, ...(flags.includes('--secret-input') ? [who.secretInputs?.['password'] ?? ''] : [])]
          const ran = await world.rekey(args, { stdin: `${stdin.join('\n')}\n` })
          if (ran.code !== 0) throw new Error(`${name} was not added: ${ran.stderr}`)
        },
        rights,
      ),
    nowCalled: (one, name) => {
      const at = held.indexOf(one)
      held.splice(at, 1, ...(name === null ? [] : [{ ...one, name }]))
    },
    start: begin,
    rekey: async (args, { isSecret = false, ...more } = {}) => {
      const ended = await begin(args, more).ended
      note(`${args[0]} ended ${ended.code ?? ended.signal}: ${isSecret ? '' : ended.stdout}${ended.stderr}`.trimEnd())
      if (!isSecret) outputs.push({ label: args.join(' '), bytes: ended.stdout + ended.stderr })
      return ended
    },
    look: () => {
      const seen = processesOf(temp)
      for (const { pid, command, environment } of seen) {
        outputs.push({ label: `arguments and environment of ${pid}`, bytes: `${command}\n${environment}` })
      }
      return seen
    },
    close: (keeps) => {
      if (!keeps) rmSync(folder, { recursive: true, force: true })
    },
  }
  return world
}
