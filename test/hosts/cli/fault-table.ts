import type { ExpectStatic } from 'vitest'
import type { RotationResult } from '../../../src-contract/views.ts'
import { addCells, get, handedOut, mintsOf, resultsIn, rotateCells, type Cell, type Setup } from './fault-cells.ts'
import { openWorld, type World } from './world.ts'

/**
 * Runs one column of the fault table and holds every cell to its row: the exit, the line of JSON or of text, how often the
 * vendor was asked, which key is then given out, and what recovery finds once the trouble is over.
 */
const vendorNames = {
  projectdiscovery: 'ProjectDiscovery',
  scrapebit: 'Scrapebit',
  hienergy: 'Hi Energy AI',
  conjur: 'CyberArk Conjur',
  userplane: 'Userplane',
} as const

/** `expect` is the test's own: several tables run at once. */
export async function checkTable(expect: ExpectStatic, setup: Setup): Promise<void> {
  const world = await openWorld()
  try {
    const cells = await addCells(world, setup)
    for (const { group, ran, exit } of await rotateCells(world, cells)) {
      const said = `${setup.vendor}: ${group.map(({ name, row }) => `${name} ${row.fault}`).join(', ')}\n${ran.stdout}`
      expect.soft(ran.stderr, said).toBe('')
      const lines = ran.stdout.split('\n').filter(Boolean)
      const results = group[0]?.mode === 'json' ? resultsIn(ran.stdout) : []
      if (group[0]?.mode === 'json') expect.soft(results, said).toHaveLength(group.length)
      for (const cell of group) checkCell(expect, world, setup, cell, lines, results)
      expect.soft(ran.code, said).toBe(exit)
    }
    await checkHandedOut(expect, world, setup, cells)
    await checkRecovery(expect, world, setup, cells)
  } finally {
    await world.close()
  }
}

const patternOf = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace('{time}', '[\\d-]*? ?\\d\\d:\\d\\d')}(  ….{4})?$`)

function checkCell(
  expect: ExpectStatic,
  world: World,
  { vendor }: Setup,
  cell: Cell,
  lines: readonly string[],
  results: readonly RotationResult[],
): void {
  const { row, name } = cell
  const where = `${vendor}, ${row.fault}, ${name}`
  const says = row.says.replaceAll('{vendor}', vendorNames[vendor]).replaceAll('{name}', name)
  expect.soft(mintsOf(world, cell, vendor), where).toBe(row.mints ?? 1)
  if (cell.mode === 'human') {
    const line = lines.find((each) => each.split(' ')[1] === name) ?? ''
    const mark = row.outcome === 'rotated' ? '✓' : row.recovers === undefined ? '–' : '!'
    expect.soft(line.slice(0, 1), where).toBe(mark)
    expect.soft(line.slice(2 + name.length).trimStart(), where).toMatch(patternOf(says))
    return
  }
  const result = results.find((each) => each.name === name)
  expect.soft(result, where).toMatchObject({
    v: 1,
    vendor,
    outcome: row.outcome,
    settled: row.recovers === undefined,
    oldKey: row.oldKey,
    message: expect.stringMatching(patternOf(says)) as string,
  })
  expect.soft(result?.code, where).toBe(row.code)
  if (row.oldKey !== 'unknown') expect.soft(world.sandbox.keyState(vendor, cell.who.key), where).toBe(row.oldKey)
}

/** A key with nothing open works at its vendor; one with something open is not given out unless it is asked for twice. */
async function checkHandedOut(
  expect: ExpectStatic,
  world: World,
  { vendor }: Setup,
  cells: readonly Cell[],
): Promise<void> {
  const settled = cells.filter(({ row }) => row.recovers === undefined)
  const keys = await handedOut(
    world,
    settled.map(({ name }) => name),
  )
  for (const { row, name, who } of settled) {
    const key = keys.get(name) ?? ''
    const where = `${vendor}, ${row.fault}, ${name}`
    expect.soft(world.sandbox.keyState(vendor, key), where).toBe('works')
    expect.soft(key === who.key, where).toBe(row.outcome !== 'rotated')
  }
  const open = new Map(
    cells
      .filter(({ row, mode }) => row.recovers !== undefined && mode === 'json')
      .map((cell) => [cell.row.outcome, cell]),
  )
  await Promise.all(
    [...open.values()].map(async ({ row, name, who }) => {
      const where = `${vendor}, ${row.fault}, ${name}`
      const [refused, given] = await Promise.all([get(world, name), get(world, name, '--even-if-open')])
      expect.soft(refused, where).toMatchObject({ code: 4, stdout: '' })
      const key = given.stdout.trimEnd()
      // the key that works, where one is known to be here
      if (row.outcome === 'lost' || row.outcome === 'unknown') expect.soft(key, where).toBe(who.key)
      else expect.soft(world.sandbox.keyState(vendor, key), where).toBe('works')
    }),
  )
}

async function checkRecovery(
  expect: ExpectStatic,
  world: World,
  { vendor }: Setup,
  cells: readonly Cell[],
): Promise<void> {
  const open = cells.filter(({ row }) => row.recovers !== undefined)
  if (open.length === 0) return
  world.sandbox.clearFaults(vendor)
  // what hung has acted, what lived on is dead
  world.sandbox.advance(700_000)
  const recovered = await world.rekey(['recover', '--json'])
  const results = resultsIn(recovered.stdout)
  expect.soft(results.map(({ name }) => name).sort()).toEqual(open.map(({ name }) => name).sort())
  for (const { row, name } of open) {
    const where = `${vendor}, ${row.fault}, ${name}, recovered`
    expect.soft(results.find((each) => each.name === name)?.outcome, where).toBe(row.recovers)
  }
  const isOpen = ({ row }: Cell): boolean => ['lost', 'unknown', 'rotated-unverified'].includes(row.recovers ?? '')
  expect.soft(recovered.code, vendor).toBe(open.some(isOpen) ? 4 : 0)
  const closed = open.filter((cell) => !isOpen(cell)).map(({ name }) => name)
  for (const [name, key] of await handedOut(world, closed)) {
    expect.soft(world.sandbox.keyState(vendor, key), `${vendor}, ${name}, recovered`).toBe('works')
  }
  for (const cell of cells) expect.soft(mintsOf(world, cell, vendor), cell.name).toBe(cell.row.mints ?? 1)
}
