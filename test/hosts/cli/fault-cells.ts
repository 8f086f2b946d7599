import { ok } from '../../../src-contract/result.ts'
import { rotationResult, type RotationResult } from '../../../src-contract/views.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { createApp } from '../../../src-main/hosts/create-app.ts'
import type { SandboxPrincipal } from '../../../src-main/sandbox/sandbox.ts'
import type { VendorId } from '../../../src-main/sandbox/vendor-id.ts'
import type { Row } from './fault-rows.ts'
import { PASSPHRASE, type Ran, type World } from './world.ts'

/**
 * One cell of the fault table: a credential of a principal of its own, with the fault waiting for it, rotated once as JSON
 * and, as another credential, once for a person. Who is added goes in by the app, since adding is not what is asked here;
 * everything from the rotation on goes through the built command line.
 */
export type Cell = {
  readonly row: Row
  readonly mode: 'json' | 'human'
  readonly name: string
  readonly who: SandboxPrincipal
  readonly operator: SandboxPrincipal | null
}

export type Setup = {
  readonly vendor: VendorId
  readonly rows: readonly Row[]
  readonly hasOperators?: boolean
  /** Gives the secret inputs too, so that a lost reply can be read again. */
  readonly hasSecretInputs?: boolean
}

/** For a reply that never comes. All others are waited for as long as the product waits: a busy machine changes no ending. */
const REPLY_WAIT_SECONDS = 4
const PATIENT_SECONDS = 60
const hangs = ({ row }: Cell): boolean => row.faults.some(({ kind }) => kind === 'hang')

export async function addCells(world: World, setup: Setup): Promise<readonly Cell[]> {
  const { vendor, rows } = setup
  const { sandbox } = world
  sandbox.configure(vendor, { callLimits: [], mintEverySeconds: 0 })
  const created = await createApp({
    homePath: world.home,
    storeKind: 'sealed',
    passphrase: async () => ok(Secret.of(PASSPHRASE)),
    isInteractive: false,
    courierEntry: '',
    keychainEntry: '',
    replyWaitSeconds: null,
    environment: {},
  })
  if (!created.ok) throw new Error(created.failure.code)
  const app = created.value
  const add = async (name: string, who: SandboxPrincipal, operator?: string): Promise<void> => {
    const added = await app.call('credential.add', {
      vendor,
      name,
      secret: who.key,
      baseUrl: sandbox.vendors[vendor].baseUrl,
      inputs: { ...who.inputs },
      ...(setup.hasSecretInputs && who.secretInputs ? { secretInputs: { ...who.secretInputs } } : {}),
      ...(operator === undefined ? {} : { operator }),
    })
    if (!added.ok) throw new Error(`${name}: ${added.failure.code}`)
  }
  const make = async (row: Row, index: number, mode: Cell['mode']): Promise<Cell> => {
    const name = `${mode}/${index}`
    const who = sandbox.addPrincipal(vendor)
    let operator: SandboxPrincipal | null = null
    if (setup.hasOperators) {
      operator = sandbox.addPrincipal(vendor, undefined, { isAdmin: row.isPowerless !== true })
      await add(`op/${name}`, operator)
    }
    await add(name, who, operator === null ? undefined : `op/${name}`)
    for (const fault of row.faults) {
      const meets = fault.match === 'session' && operator ? operator : who
      sandbox.inject({ ...fault, vendor, principal: meets.principal })
    }
    return { row, mode, name, who, operator }
  }
  const cells: Cell[] = []
  for (const [index, row] of rows.entries()) {
    for (const mode of ['json', 'human'] as const) cells.push(await make(row, index, mode))
  }
  await app.close()
  for (const { row, operator } of cells) {
    if (row.operatorIsDead && operator) await replaceOwnKey(world, vendor, operator)
  }
  return cells
}

/** What another program would do: the principal's key is another one from here on, and nobody told us. */
export async function replaceOwnKey(world: World, vendor: VendorId, who: SandboxPrincipal): Promise<string> {
  const { baseUrl } = world.sandbox.vendors[vendor]
  const answer =
    vendor === 'conjur'
      ? await fetch(`${baseUrl}/authn/${who.inputs?.['account']}/api_key`, {
          method: 'PUT',
          headers: { Authorization: `Basic ${Buffer.from(`${who.inputs?.['login']}:${who.key}`).toString('base64')}` },
        })
      : await fetch(`${baseUrl}/users/${who.principal}/rotate_api_key`, {
          method: 'POST',
          headers: { 'X-Api-Key': who.key },
        })
  await answer.text()
  const key = world.sandbox.currentKey(vendor, who.principal)
  if (key === null || key === who.key) throw new Error(`${vendor}: the key was not replaced (${answer.status})`)
  return key
}

/** A run of `rotate` for each exit code that is awaited, for each way to print, and for what hangs, all at once. */
export async function rotateCells(world: World, cells: readonly Cell[]) {
  const groups = new Map<string, Cell[]>()
  for (const cell of cells) {
    const key = `${cell.mode} ${cell.row.exit} ${hangs(cell)}`
    groups.set(key, [...(groups.get(key) ?? []), cell])
  }
  return Promise.all(
    [...groups.values()].map(async (group) => {
      const names = group.map(({ name }) => name)
      const flags = group[0]?.mode === 'json' ? ['--json'] : []
      const ran = await world.rekey(['rotate', ...names, '--yes', '--concurrency', '40', ...flags], '', {
        REKEY_REPLY_WAIT: String(group.some(hangs) ? REPLY_WAIT_SECONDS : PATIENT_SECONDS),
      })
      return { group, ran, exit: group[0]?.row.exit ?? 0 }
    }),
  )
}

export const resultsIn = (stdout: string): readonly RotationResult[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => rotationResult.parse(JSON.parse(line)))

export const mintsOf = (world: World, { who }: Cell, vendor: VendorId): number =>
  world.sandbox.log.filter(
    (entry) => entry.vendor === vendor && entry.class === 'mint' && entry.target === who.principal,
  ).length

/** What `run` gives a program for credentials with nothing open: every key by its name, from one process. */
export async function handedOut(world: World, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map()
  const flags = names.flatMap((name, index) => ['--env', `K${index}=${name}`])
  const ran = await world.rekey(['run', ...flags, '--', 'env'])
  if (ran.code !== 0) throw new Error(`run: ${ran.stderr}`)
  const lines = new Map(ran.stdout.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line]))
  return new Map(names.map((name, index) => [name, lines.get(`K${index}`)?.replace(/^\w+=/, '') ?? '']))
}

export const get = (world: World, name: string, ...flags: readonly string[]): Promise<Ran> =>
  world.rekey(['get', name, ...flags])
