/** The doctor: looks at everything a rotation stands on, and says what to do about what is not well. */
import { explain, type Failure } from '../../src-contract/failures.ts'
import { ok, type Result } from '../../src-contract/result.ts'
import type { DoctorReport, StoreKind } from '../../src-contract/views.ts'
import { orphans } from '../core/rotation/housekeeping.ts'
import { open } from './reading.ts'
import { lastBackup } from './vaults/last-backup.ts'
import { OTHER } from './vendor-registry.ts'
import type { Context, Handler } from './context.ts'

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

type Check = DoctorReport['checks'][number]

const fine = (id: string, detail: string, hint: string | null = null): Check => ({ id, ok: true, detail, hint })
const broken = (id: string, failure: Failure): Check => ({
  id,
  ok: false,
  detail: explain(failure).message,
  hint: explain(failure).hint,
})

export const run: Handler<'doctor.run'> = async (context) => {
  const checks: Check[] = [home(context), ledger(context)]
  const kinds = new Set<StoreKind>([
    context.ports.defaultStore(),
    ...context.ports.ledger.credentials().map((credential) => credential.store),
  ])
  for (const kind of kinds) checks.push(await keychain(context, kind))
  checks.push(
    ...imports(context),
    ...(await exports(context)),
    escrow(context),
    ...backup(context),
    ...vendorFiles(context),
    ...environment(context),
  )
  const opened = await open(context, {})
  return ok({
    ok: checks.every((check) => check.ok),
    checks,
    open: opened.ok
      ? opened.value.map((each) => ({ ...each, outcome: each.outcome as DoctorReport['open'][number]['outcome'] }))
      : [],
  })
}

const home = (context: Context): Check => {
  const [warning] = context.ports.home.warnings
  return fine(
    'home',
    warning ?? context.ports.home.folder,
    warning ? 'keep the data folder on a local disk of this machine' : null,
  )
}

const imports = (context: Context): readonly Check[] => {
  const cut = context.ports.ledger.openImports().length
  return cut === 0
    ? []
    : [
        {
          id: 'imports',
          ok: false,
          detail: `${counted(cut, 'import or rename', 'imports or renames')} cut short`,
          hint: 'rekey recover undoes it',
        },
      ]
}

async function exports(context: Context): Promise<readonly Check[]> {
  const left = await context.ports.vaultFiles.tidy()
  return left.map(({ path, why, note }, index) => ({
    id: index === 0 ? 'exports' : `exports-${index + 1}`,
    ok: false,
    detail: `an export that was cut short may have left keys in ${path}: ${why}`,
    hint: `remove it, then ${note}`,
  }))
}

const ledger = (context: Context): Check => {
  const { ledger: book } = context.ports
  const count = book.credentials().length
  if (book.machine.isHere) return fine('ledger', counted(count, 'credential', 'credentials'))
  return {
    id: 'ledger',
    ok: false,
    detail: 'this data folder was used on another machine',
    hint: 'rekey recover --here, once no other machine uses it',
  }
}

async function keychain(context: Context, kind: StoreKind): Promise<Check> {
  const id = kind === context.ports.defaultStore() ? 'keychain' : `keychain-${kind}`
  const custody = await context.custody(kind)
  if (!custody.ok) return broken(id, custody.failure)
  const proof: Result<void> = await custody.value.store.prove()
  if (!proof.ok) return broken(id, proof.failure)
  const confirmed = await custody.value.confirmEscrowKey()
  if (!confirmed.ok) return broken(id, confirmed.failure)
  const described = await custody.value.store.describe()
  return described.ok ? fine(id, described.value) : broken(id, described.failure)
}

const escrow = (context: Context): Check => {
  const found = orphans(context.ports)
  if (found.length === 0)
    return fine('escrow', `${counted(context.ports.escrow.list().length, 'sealed reply', 'sealed replies')} kept`)
  return fine(
    'escrow',
    `${counted(found.length, 'sealed file belongs', 'sealed files belong')} to no rotation of this ledger`,
    'they are never deleted; a restored ledger may explain them',
  )
}

/** A hint, never a fault: a data folder may be saved in other ways. */
const backup = (context: Context): readonly Check[] => {
  if (context.ports.window !== null || context.ports.ledger.credentials().length === 0) return []
  const last = lastBackup(context)
  if (last === null) return [fine('backup', 'none was made here yet', 'rekey backup makes one')]
  return [fine('backup', `the last was made at ${last.at.slice(0, 19)}Z: ${last.path}`)]
}

/** A file that is not used is said; it is a fault where a key waits for it. */
const vendorFiles = (context: Context): readonly Check[] => {
  const used = new Map<string, string>()
  for (const { vendor, name } of context.ports.ledger.credentials()) if (!used.has(vendor)) used.set(vendor, name)
  const missing = [...used].flatMap(([vendor, name]): Check[] => {
    if (vendor === OTHER) return []
    const found = context.registry.open(vendor)
    if (found.ok) return []
    const check = broken('vendor-files', found.failure)
    return [{ ...check, detail: `${check.detail}; ${name} needs it` }]
  })
  const idle = context.registry
    .unusable()
    .filter(({ vendor }) => !used.has(vendor))
    .map(({ why }) => ({ ...broken('vendor-files', why), ok: true }))
  return [...missing, ...idle]
}

const environment = (context: Context): readonly Check[] =>
  context.ports.ignoredSettings.map((name) =>
    fine(`environment-${name.toLowerCase()}`, `${name} is set and has no effect here`, `unset ${name}`),
  )
