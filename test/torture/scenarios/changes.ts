import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrations } from '../../../src-main/adapters/ledger/migrations/list.ts'
import { isCalled, unsoundness, versionOf } from '../ledger.ts'
import { lifeOfLook, turn } from '../moments.ts'
import type { Scenario } from '../scenario.ts'
import { checkTruth } from '../truth.ts'
import { addDrawn, hit } from '../victims.ts'

/** What is no rotation, and is killed all the same: a key's own name, and the data folder of an earlier version. */
export const killRename: Scenario = {
  name: 'kill-rename',
  about: 'kill -9 of a rename, now and then of two at once: one of the names has the key, and only one',
  play: async (world) => {
    const { chance, keychain } = world
    const held = await addDrawn(world)
    const next = `${held.name}-renamed`
    const names = [held.name, next]
    // as long as one takes here and now
    const startedAt = performance.now()
    await world.rekey(['rename', held.name, `${held.name}-before`])
    const life = performance.now() - startedAt
    await world.rekey(['rename', `${held.name}-before`, held.name])
    const renaming = Array.from({ length: chance.pick([1, 1, 2]) }, () => world.start(['rename', held.name, next]))
    const isOver = (): boolean => renaming.every((each) => each.isOver())
    const isAimed = chance.in100(40)
    while (isAimed && !isCalled(world.home, next) && !isOver()) await turn()
    const ms = isAimed ? chance.pick([0, 0, 1, 2, 4]) : Math.round((life * chance.between(45, 105)) / 100)
    if (ms > 0) await Promise.race([sleep(ms), Promise.all(renaming.map(({ ended }) => ended))])
    world.note(`${ms} ms ${isAimed ? 'after its name was in the ledger' : 'into it'}`)
    const isNamed = isCalled(world.home, next)
    const wasOver = renaming.every(({ isOver }) => isOver())
    hit(world, keychain.kind === 'os' ? chance.pick([['app'], ['app', 'keychain'], ['keychain']] as const) : ['app'])
    for (const { ended } of renaming) world.note(`it ended ${(await ended).code}: ${(await ended).stderr}`)
    const listed = await world.rekey(['list', '--json'])
    const there = (JSON.parse(listed.stdout) as readonly { readonly name: string }[]).map(({ name }) => name)
    const now = there.find((name) => names.includes(name)) ?? ''
    if (there.length !== 1 || now === '') world.wrong(`it is called ${there.join(' and ')}`)
    world.nowCalled(held, now)
    // what a death left beside it is put right by whoever comes next
    await world.rekey(['recover'])
    const fates = await checkTruth(world)
    const other = names.find((name) => name !== now) ?? ''
    const left = await keychain.item(other)
    if (left !== '') world.wrong(`the name that it does not have keeps an item`)
    const back = await world.rekey(['rename', now, other])
    if (back.code !== 0) world.wrong(`cannot be renamed any more: ${back.stderr}`)
    else if ((await keychain.item(other)) !== held.first) world.wrong('renamed again, it holds another key')
    const phase = wasOver ? 'too late' : isNamed ? 'killed behind the commit' : 'killed before the commit'
    return { tallies: [`${phase}: ${now === next ? 'renamed' : 'as it was'}`], fates }
  },
}

const fixtures = join(import.meta.dirname, '../../fixtures/homes')
const newest = migrations.at(-1)?.version ?? 0
/** scripts/keep-home.ts sealed each with it. */
const words = 'correct horse battery staple'

export const killMigration: Scenario = {
  name: 'kill-migration',
  about:
    'a data folder of an earlier version opened by one to four processes at once, killed in the middle, and opened again',
  stores: ['sealed'],
  play: async (world) => {
    const { chance, home } = world
    const schema = chance.pick(readdirSync(fixtures).filter((name) => name.endsWith('.tar.gz'))).replace('.tar.gz', '')
    const life = await lifeOfLook(world)
    rmSync(home, { recursive: true })
    mkdirSync(home, { mode: 0o700 })
    if (spawnSync('tar', ['-C', home, '-xzf', join(fixtures, `${schema}.tar.gz`)]).status !== 0)
      throw new Error('no tar')
    writeFileSync(join(dirname(world.temp), 'passphrase'), `${words}\n`, { mode: 0o600 })
    const ledger = join(home, 'ledger.sqlite')
    let isEarly = false
    for (let round = chance.between(1, 3); round > 0; round -= 1) {
      const opening = Array.from({ length: chance.between(1, 4) }, () =>
        world.start(
          chance.pick<readonly string[]>([
            ['list', '--json'],
            ['get', 'kept/key'],
            ['history', '--json'],
            ['doctor', '--json'],
            ['recover', '--json', '--here'],
          ]),
        ),
      )
      const ms = Math.round((life * chance.between(40, 60 + opening.length * 90)) / 100)
      await Promise.race([sleep(ms), Promise.all(opening.map(({ ended }) => ended))])
      hit(world, ['app'])
      for (const { ended } of opening) {
        const { code, stderr } = await ended
        if (code === 1) world.wrong(`a bug of its own: ${stderr}`)
      }
      isEarly ||= versionOf(ledger) !== newest
      world.note(`${ms} ms into it the ledger is of schema ${versionOf(ledger)}`)
      const what = unsoundness(ledger)
      if (what !== null) world.wrong(`the ledger is not sound: ${what}`)
    }
    const listed = await world.rekey(['list', '--json'])
    if (listed.code !== 0) throw new Error(`it does not open any more: ${listed.stderr}`)
    const names = (JSON.parse(listed.stdout) as readonly { readonly name: string }[]).map(({ name }) => name)
    if (names.join() !== 'ci/conjur,kept/key,open/pd,prod/pd') world.wrong(`what is in it now: ${names.join()}`)
    const got = await world.rekey(['get', 'kept/key'], { isSecret: true })
    if (got.stdout !== 'made-up-kept-key-1\n') world.wrong(`the key is not had any more: ${got.stderr}`)
    const settled = await world.rekey(['recover', 'open/pd', '--settle', 'new', '--yes', '--json', '--here'])
    if (settled.code !== 0) world.wrong(`its sealed reply is not had any more: ${settled.stderr}`)
    if (versionOf(ledger) !== newest) world.wrong(`the ledger is of schema ${versionOf(ledger)}`)
    const before = join(home, `ledger.sqlite.schema-${schema}`)
    if (Number(schema) !== newest) {
      if (!existsSync(before)) world.wrong('nothing was kept of the ledger as it was')
      else if (versionOf(before) !== Number(schema) || unsoundness(before) !== null) {
        world.wrong('what was kept of the ledger as it was is something else')
      }
    }
    return { tallies: [`schema ${schema}: ${isEarly ? 'before it was done' : 'done'}`], fates: [] }
  },
}
