import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { importReceipt } from '../../../src-contract/vault-views.ts'
import { findSecrets } from '../../canary/find-secrets.ts'
import { importStateOf } from '../ledger.ts'
import { turn } from '../moments.ts'
import { openPage } from '../page.ts'
import type { Running } from '../running.ts'
import type { Scenario } from '../scenario.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit, type Victim } from '../victims.ts'
import type { World } from '../world.ts'

/** Keys that come in from a file, with somebody killed in the middle: all of them or none, and both are whole. */
export type Table = {
  readonly file: string
  readonly text: string
  readonly names: readonly string[]
  keyOf(name: string): string
}

export function drawTable({ chance, seed, temp, keychain }: World): Table {
  // each item costs gnome-keyring the writing of all of them
  const most = keychain.kind === 'os' ? 30 : 150
  const names = Array.from({ length: chance.between(2, most) }, (_, at) => `s${seed}/in-${at}`)
  const keyOf = (name: string): string => `made-up-${name.replace('/', '-')}-of-a-table`
  const rows = [...names, `s${seed}/kept`].map((name) => `${name},${keyOf(name)},a note`)
  const text = ['name,password,notes', ...rows].join('\n')
  // what a person has lying about is not Rekey's to search
  const file = join(dirname(temp), 'table', 'keys.csv')
  mkdirSync(dirname(file))
  writeFileSync(file, text)
  return { file, text, names, keyOf }
}

/** By the command line, or by a page of `rekey serve`. */
async function beginImport(world: World, table: Table): Promise<Running> {
  if (world.chance.in100(50)) return world.start(['import', table.file, '--on-conflict', 'replace', '--json', '--yes'])
  const { running, call } = await openPage(world)
  const content = Buffer.from(table.text).toString('base64')
  const seen = await call('vault.preview', { source: { fileName: 'keys.csv', content } })
  const { id } = (JSON.parse(seen.body) as { readonly value: { readonly id: string } }).value
  const began = performance.now()
  let isAnswered = false
  void call('vault.import', { id, onConflict: 'replace' }).then(
    () => (isAnswered = true),
    () => (isAnswered = true),
  )
  return { ...running, startedAt: began, isOver: () => isAnswered || running.isOver() }
}

const namesIn = async (world: World): Promise<readonly string[]> => {
  const listed = await world.rekey(['list', '--json'])
  return (JSON.parse(listed.stdout) as readonly { readonly name: string }[]).map(({ name }) => name)
}

export const killImport: Scenario = {
  name: 'kill-import',
  about: 'kill -9 of an import, by the command line or a page, alone or beside a rotation: all of it or nothing',
  play: async (world) => {
    const { chance, seed } = world
    const table = drawTable(world)
    const kept = `s${seed}/kept`
    const before = 'what-was-kept-before-it'
    const added = await world.rekey(['add', 'other', kept], { stdin: `${before}\n` })
    if (added.code !== 0) throw new Error(`not added: ${added.stderr}`)
    const beside = chance.in100(40) ? await addDrawn(world) : null
    const importing = await beginImport(world, table)
    const rotating = beside && world.start(['rotate', beside.name, '--yes', '--json'])
    const after = chance.pick([null, 'writing', 'writing', 'clearing'] as const)
    while (after !== null && importStateOf(world.home) !== after && !importing.isOver()) await turn()
    // gnome-keyring writes all of its items for each of them
    const writingMs = world.keychain.kind === 'os' ? 5 + table.names.length * 4 : 8
    const ms = after === null ? chance.between(0, 600) : chance.between(0, after === 'writing' ? writingMs : 4)
    if (ms > 0) await Promise.race([sleep(ms), importing.ended])
    const phase = importStateOf(world.home) ?? 'before or after'
    world.note(`${ms} ms after ${after ?? 'the start'} of an import of ${table.names.length}: ${phase}`)
    const wasOver = importing.isOver()
    const ring: readonly Victim[] = world.keychain.kind === 'os' ? ['keychain'] : []
    hit(world, chance.pick<readonly Victim[]>([['app'], ['app'], ['app', ...ring], ring.length > 0 ? ring : ['app']]))
    await rotating?.ended
    if (!importing.isOver()) importing.signal('SIGINT')
    const ended = await Promise.race([importing.ended, sleep(20_000, null)])
    if (!ended) importing.signal('SIGKILL')
    await importing.ended

    const fates = await checkTruth(world)
    const stands = (await namesIn(world)).filter((name) => table.names.includes(name)).length
    if (stands !== 0 && stands !== table.names.length) world.wrong(`${stands} of ${table.names.length} came in`)
    const isIn = stands > 0
    const item = await world.keychain.item(kept)
    if (item !== (isIn ? table.keyOf(kept) : before))
      world.wrong(`the kept key is ${isIn ? 'not replaced' : 'changed'}`)
    for (const name of [table.names[0]!, chance.pick(table.names), table.names.at(-1)!]) {
      if ((await world.keychain.item(name)) !== (isIn ? table.keyOf(name) : ''))
        world.wrong(`${name}: its item is not as told`)
    }
    const again = await world.rekey(['import', table.file, '--on-conflict', 'replace', '--json', '--yes'])
    if (again.code !== 0) world.wrong(`cannot be done again: ${again.stderr}`)
    else if (importReceipt.parse(JSON.parse(again.stdout)).stored !== (isIn ? 0 : table.names.length + 1)) {
      world.wrong(`done again, it says ${again.stdout}`)
    }
    const secrets = [table.names[0]!, kept].map((name) => ({ label: `the key of ${name}`, value: table.keyOf(name) }))
    for (const found of findSecrets([world.home, world.temp], world.outputs, secrets)) {
      world.wrong(`${found.secret} lies in ${found.where} (${found.how})`)
    }
    return { tallies: [wasOver ? 'too late' : `${phase}: ${isIn ? 'all of it' : 'nothing'}`], fates }
  },
}
