import { outcomes } from '../../../../src-contract/outcomes.ts'
import { advance, begin, isFinished } from '../../../../src-main/core/rotation/machine.ts'
import type { MachineEvent, MachineState } from '../../../../src-main/core/rotation/machine-types.ts'
import type { Key, Process, Row, Step, Told, World } from './state.ts'

/**
 * What the engine does between two effects: the machine moves on, and one commit says so, or none where a resumed run would
 * find the same. The rules of src-main/core/rotation/engine.ts and recover.ts in small; test/app/crash.test.ts walks the real ones.
 */
export function journalSteps(world: World): readonly Step[] {
  const { process } = world
  if (!process) return beginnings(world)
  if (isFinished(process.machine)) return [conclude(world, process)]
  if (!process.event) return []
  const next = advance(process.machine, process.event)
  if (!next) throw new Error(`${process.event.type} is not awaited by ${process.machine.awaiting.do}`)
  return [{ label: 'commit', isTrouble: false, next: record(world, process, process.event, capped(next)) }]
}

/** Twice is as good as any number of times. */
const capped = (machine: MachineState): MachineState => ({ ...machine, oldWorked: Math.min(machine.oldWorked, 2) })

function record(world: World, process: Process, event: MachineEvent, next: MachineState): World {
  const before = process.machine
  const wasStored = event.type === 'stored' && event.result === 'written'
  const reached = next.at === 'ended' ? before.at : next.at
  const isMove = next.at !== before.at && reached !== 'ended'
  const chosen = wasStored
    ? process.chosen
    : next.awaiting.do === 'store'
      ? (process.candidates[next.awaiting.candidate] ?? null)
      : null
  const isProof = event.type === 'verified' && event.answer === 'works'
  const isOnlySealed = isMove && reached === 'sealed' && chosen === null && !wasStored
  const commits =
    (isMove && !isOnlySealed) ||
    chosen !== null ||
    wasStored ||
    event.type === 'restored' ||
    (isProof && next.at === 'promoted') ||
    next.awaiting.do === 'store' ||
    next.awaiting.do === 'restore-old'
  const heldProof = process.heldProof || isProof
  const going: Process = { ...process, machine: next, event: null, heldProof: commits ? false : heldProof }
  if (!commits || !world.row) return { ...world, process: going }
  const row: Row = {
    ...world.row,
    ...(isMove && !isOnlySealed ? { reached } : {}),
    ...(wasStored ? { reached: 'promoted' } : {}),
    ...(chosen === null ? {} : { chosen }),
    // a choice is proven by what stands before it, or by what is asked after it
    hasProof: next.awaiting.do === 'store' ? next.isProven : world.row.hasProof || heldProof,
  }
  const restored = event.type === 'restored' && event.result === 'written'
  const credential: Key = wasStored && process.chosen ? process.chosen : restored ? 'old' : world.credential
  return { ...world, row, credential, process: going }
}

function conclude(world: World, process: Process): Step {
  const { awaiting, old } = process.machine
  const isWaiting = awaiting.do === 'reject-paste'
  const outcome = awaiting.do === 'end' ? awaiting.outcome : 'waiting'
  const code = awaiting.do === 'end' || isWaiting ? awaiting.code : null
  const { settled } = outcomes[outcome]
  const told: Told = { outcome, code, settled, old }
  const row: Row | null = world.row && {
    ...world.row,
    ...(isWaiting ? { reached: 'waiting' } : {}),
    hasProof: world.row.hasProof || process.heldProof,
    outcome,
    code,
    settled,
  }
  return { label: `says ${outcome}`, isTrouble: false, told, next: { ...world, row, process: null } }
}

/** The `sent` commit of an armed order, a recovery, a paste. */
function beginnings(world: World): readonly Step[] {
  const { row, vendor } = world
  // an assumption: a write that nobody vouched for has landed, or never will, when the next process looks
  if (!row || row.settled || world.lateWrite !== null) return []
  if (row.reached === 'waiting') {
    const known = (['new', 'junk', 'old'] as const).filter((key) => key !== 'new' || vendor.fresh !== 'none')
    return known.map((pasted) => {
      const pasting = { ...world, pasted, row: { ...row, reached: 'sealed' as const } }
      return {
        label: `somebody pastes the ${pasted} key`,
        isTrouble: pasted !== 'new',
        next: { ...pasting, process: started(pasting, false) },
      }
    })
  }
  const seen = looked(world)
  return [{ label: 'somebody recovers', isTrouble: false, next: { ...seen, process: started(seen, false) } }]
}

/** Where a process begins: a fresh one with its order, a later one where journal and keychain say together (standing.ts). */
export function started(world: World, isFresh: boolean): Process {
  const row = world.row!
  const facts = isFresh ? world.facts : { ...world.facts, oldAtStart: 'unknown' as const }
  const isProven = row.reached === 'verified' || (row.reached === 'promoted' && row.hasProof)
  const at = row.reached === 'waiting' ? 'sealed' : row.reached
  const machine = begin(facts, { at, isProven })
  return { isFresh, machine, event: null, candidates: [], chosen: null, isPastSettle: false, heldProof: false }
}

/** A recovery looks at the item first, and sets the journal right in one commit. */
function looked(world: World): World {
  const { row, item } = world
  if (!world.rules.looksAtItem || !row || row.chosen === null || row.reached === 'verified') return world
  const holdsNew = item === row.chosen
  if (holdsNew === (row.reached === 'promoted')) return world
  const back = row.reached === 'promoted' && row.hasProof ? 'verified' : 'sealed'
  const credential = holdsNew ? row.chosen : item === 'old' ? 'old' : world.credential
  return { ...world, credential, row: { ...row, reached: holdsNew ? 'promoted' : back } }
}
