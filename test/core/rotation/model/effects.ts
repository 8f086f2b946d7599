import type { Effect, MachineEvent, Reading } from '../../../../src-main/core/rotation/machine-types.ts'
import { awaitReply, quiet } from './outside.ts'
import { keyIn, type Key, type Process, type Step, type Vendor, type World } from './state.ts'

/** One effect in every way it can come out: the answer is true, or there is none; a write lands, does not, or nobody says. */
type Outcome = {
  readonly label: string
  readonly event: MachineEvent
  readonly world?: World
  readonly process?: Partial<Process>
  readonly isTrouble?: boolean
}

export function effectSteps(world: World): readonly Step[] {
  const { process } = world
  if (!process || process.event) return []
  return performed(world, process).map(
    ({ label, event, world: after = world, process: patch = {}, isTrouble = false }) => {
      // `go` is said and heard by nobody but the courier: the same effect is awaited on
      const isGo = event.type === 'paused' && process.machine.awaiting.do === 'await-reply'
      return { label, isTrouble, next: { ...after, process: { ...process, ...patch, event: isGo ? null : event } } }
    },
  )
}

export const worksAt = (vendor: Vendor, key: Key | 'foreign'): boolean =>
  (key === 'old' && vendor.old !== 'dead') || (key === 'new' && vendor.fresh === 'works')

function performed(world: World, process: Process): readonly Outcome[] {
  const effect = process.machine.awaiting
  const isPastSettle = process.isPastSettle || !world.rules.waitsForSettle
  const asked = (key: Key | undefined) => (key !== undefined && worksAt(world.vendor, key) ? 'works' : 'dead')
  switch (effect.do) {
    case 'await-reply':
      return awaitReply(world, process).map(({ event, world: after }) => ({
        label: event.type === 'paused' ? 'go' : event.type,
        event,
        world: after,
        isTrouble: event.type === 'courier-busy',
      }))
    case 'read-reply':
      return [readReply(world, process)]
    case 'verify': {
      const answer = asked(process.candidates[effect.candidate])
      const said = { type: 'verified', isPastSettle } as const
      return [
        { label: `verify: ${answer}`, event: { ...said, answer } },
        { label: 'verify: no answer', event: { ...said, answer: 'unknown' }, isTrouble: true },
      ]
    }
    case 'verify-made-up':
      return (['dead', 'works', 'unknown'] as const).map((answer) => ({
        label: `a made-up key: ${answer}`,
        event: { type: 'made-up-answered', answer },
        isTrouble: answer !== 'dead',
      }))
    case 'reread':
      return [
        reread(world),
        { label: 'reread: no answer', event: { type: 'reread', found: 'no-answer' }, isTrouble: true },
      ]
    case 'probe-old': {
      const said = { type: 'old-probed', isPastSettle } as const
      return [
        { label: `the old key: ${asked('old')}`, event: { ...said, answer: asked('old') } },
        { label: 'the old key: no answer', event: { ...said, answer: 'unknown' }, isTrouble: true },
      ]
    }
    case 'probe-operator':
      return (['works', 'dead', 'unknown'] as const).map((answer) => ({
        label: `the operator: ${answer}`,
        event: { type: 'operator-probed', answer },
        isTrouble: answer !== 'works',
      }))
    case 'pause':
      return [
        { label: 'a while', event: { type: 'paused' } },
        {
          label: 'the settle time',
          event: { type: 'paused' },
          world: { ...world, vendor: quiet(world.vendor) },
          process: { isPastSettle: true },
        },
      ]
    case 'store':
      return write(world, effect, process.candidates[effect.candidate], 'old')
    case 'restore-old':
      return write(world, effect, 'old', process.chosen ?? 'new')
    case 'end':
    case 'reject-paste':
      return []
  }
}

function readReply(world: World, process: Process): Outcome {
  const read = (reading: Reading, patch: Partial<Process> = {}): Outcome => ({
    label: `reads ${reading.kind}`,
    event: { type: 'reply-read', reading },
    process: patch,
  })
  const { at, facts } = process.machine
  if (at === 'verified' || at === 'promoted') {
    const chosen = world.row?.chosen ?? null
    const isHere = chosen !== null && (keyIn(world.sealed, chosen) || world.pasted === chosen || world.item === chosen)
    return isHere ? read({ kind: 'success' }, { candidates: [chosen], chosen }) : read({ kind: 'unreadable' })
  }
  if (facts.strategy === 'guided') {
    if (world.pasted === null) return read({ kind: 'unreadable' })
    return world.pasted === 'old'
      ? read({ kind: 'same-key' })
      : read({ kind: 'success' }, { candidates: [world.pasted] })
  }
  const { sealed } = world
  switch (sealed.kind) {
    case 'nothing':
      return read({ kind: 'unclear', code: 'no-reply', candidates: 0 })
    case 'success':
      return sealed.key === 'old' ? read({ kind: 'same-key' }) : read({ kind: 'success' }, { candidates: [sealed.key] })
    case 'unclear': {
      // what the ledger knows already is nobody's new key
      const fresh = sealed.keys.filter((key) => key !== 'old')
      return read({ kind: 'unclear', code: sealed.code, candidates: fresh.length }, { candidates: fresh })
    }
    case 'refused':
      return read({ kind: 'refused', code: sealed.auth ? 'key-invalid' : 'rate-limited', auth: sealed.auth })
  }
}

function reread(world: World): Outcome {
  const { vendor } = world
  return vendor.act === 'done' && vendor.fresh !== 'none'
    ? {
        label: 'reread: the key',
        event: { type: 'reread', found: 'key' },
        world: world.rules.sealsReread ? { ...world, pasted: 'new' } : world,
        process: { candidates: ['new'] },
      }
    : { label: 'reread: nothing', event: { type: 'reread', found: 'nothing' } }
}

/** Compare and set. */
function write(world: World, effect: Effect, value: Key | undefined, expected: Key): readonly Outcome[] {
  const type = effect.do === 'store' ? 'stored' : 'restored'
  const patch = effect.do === 'store' && value !== undefined ? { chosen: value } : {}
  const out = (
    label: string,
    result: 'written' | 'changed' | 'refused' | 'unknown',
    after: World = world,
  ): Outcome => ({
    label: `${effect.do}: ${label}`,
    event: { type, result, code: result === 'written' || result === 'changed' ? null : 'keychain-locked' },
    world: after,
    process: patch,
    isTrouble: result === 'refused' || result === 'unknown',
  })
  if (value === undefined) return [out('no value', 'refused')]
  const refused = out('refused', 'refused')
  if (world.item === value) return [out('there already', 'written'), refused]
  if (world.item !== expected) return [out('changed', 'changed'), refused]
  return [
    out('written', 'written', { ...world, item: value }),
    refused,
    out('landed, and nobody says', 'unknown', { ...world, item: value }),
    out('nobody says', 'unknown', { ...world, lateWrite: value }),
  ]
}
