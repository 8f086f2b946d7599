import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomes } from '../../../src-contract/outcomes.ts'
import type { MachineState } from '../../../src-main/core/rotation/machine-types.ts'
import { advance, begin, isFinished } from '../../../src-main/core/rotation/machine.ts'
import { anyEvent, facts, play, start, type Trace } from './machine-model.ts'

const runs = { numRuns: 3000 }

function last(trace: Trace): MachineState {
  const state = trace.states.at(-1)
  if (!state) throw new Error('no state')
  return state
}

const outcomeOf = (state: MachineState): string => (state.awaiting.do === 'end' ? state.awaiting.outcome : 'waiting')

const everyRun = (check: (trace: Trace) => void, numRuns = runs.numRuns): void => {
  fc.assert(
    fc.property(facts, start, fc.gen(), (given, from, g) => {
      check(play(begin(given, from), (arbitrary) => g(() => arbitrary)))
    }),
    { numRuns },
  )
}

describe('the rotation machine, whatever the world answers', () => {
  it('ends, and in an outcome of the table', () => {
    const seen = new Set<string>()
    everyRun((trace) => {
      const outcome = outcomeOf(last(trace))
      seen.add(outcome)
      expect(Object.keys(outcomes)).toContain(outcome)
    }, 30_000)
    // the property above would hold for a machine that always ends the same way
    expect([...seen].sort()).toEqual(
      [
        'held',
        'lost',
        'not-rotated',
        'not-sent',
        'old-key-alive',
        'refused',
        'rotated',
        'rotated-unverified',
        'superseded',
        'unknown',
        'waiting',
      ].sort(),
    )
  })

  it('ignores every event that it does not await', () => {
    fc.assert(
      fc.property(facts, start, fc.array(anyEvent, { maxLength: 60 }), (given, from, events) => {
        let state = begin(given, from)
        for (const event of events) {
          const next = advance(state, event)
          if (isFinished(state)) expect(next).toBeNull()
          state = next ?? state
        }
      }),
      runs,
    )
  })

  it('awaits the reply at most once, and never after anything else', () => {
    everyRun((trace) => {
      const awaited = trace.states.flatMap((state, index) => (state.awaiting.do === 'await-reply' ? [index] : []))
      expect(awaited.length).toBeLessThanOrEqual(1)
      if (awaited.length === 1) expect(awaited[0]).toBe(0)
    })
  })

  it('never stores an unproven key over one that the last probe saw working', () => {
    everyRun((trace) => {
      trace.states.forEach((state, index) => {
        if (state.awaiting.do !== 'store' || state.isProven) return
        const probes = trace.events.slice(0, index).filter((event) => event.type === 'old-probed')
        expect(probes.at(-1)?.answer).not.toBe('works')
        // where the vendor can be asked, it was: not to look is no way not to see
        if (state.facts.canProbe) expect(probes.length).toBeGreaterThan(0)
      })
    })
  })

  it('tries what it salvaged only where the vendor refused a made-up key', () => {
    let tried = 0
    everyRun((trace) => {
      trace.states.forEach((state, index) => {
        if (state.awaiting.do !== 'verify' || state.salvage === null) return
        tried += 1
        const answers = trace.events.slice(0, index).filter((event) => event.type === 'made-up-answered')
        expect(answers.at(-1)?.answer).toBe('dead')
      })
    })
    expect(tried).toBeGreaterThan(0)
  })

  it('stores only what the vendor accepted, or what came whole from the declared place', () => {
    everyRun((trace) => {
      for (const state of trace.states) {
        if (state.awaiting.do === 'store') expect(state.isProven || state.isClean).toBe(true)
      }
    })
  })

  it('says rotated only if the new key was accepted and the old one seen dead', () => {
    everyRun((trace) => {
      const end = last(trace)
      if (outcomeOf(end) !== 'rotated') return
      expect(end.isProven).toBe(true)
      expect(trace.events.findLast((event) => event.type === 'old-probed')?.answer).toBe('dead')
    })
  })

  it('says not-rotated only after the old key worked twice, the second time with everything settled', () => {
    everyRun((trace) => {
      if (outcomeOf(last(trace)) !== 'not-rotated') return
      const worked = trace.events.filter((event) => event.type === 'old-probed' && event.answer === 'works')
      expect(worked.length).toBeGreaterThanOrEqual(2)
      const final = trace.events.findLast((event) => event.type === 'old-probed')
      expect(final?.isPastSettle).toBe(true)
    })
  })

  it('says lost only if the old key was seen dead, and nothing that may be the new one is left untried', () => {
    everyRun((trace) => {
      const end = last(trace)
      if (outcomeOf(end) !== 'lost') return
      expect(end.old).toBe('dead')
      expect(end.hasUntried).toBe(false)
    })
  })

  it('says refused only where the old key was seen to work, or cannot be asked', () => {
    everyRun((trace) => {
      const end = last(trace)
      if (outcomeOf(end) === 'refused') expect(end.old === 'works' || !end.facts.canProbe).toBe(true)
    })
  })

  it('comes to the same ending when it is resumed from any durable state and the world stands still', () => {
    const stable = fc.record({
      newKey: fc.constantFrom('works', 'dead'),
      oldKey: fc.constantFrom('works', 'dead'),
    } as const)
    fc.assert(
      fc.property(facts, stable, (given, world) => {
        const able = { ...given, canProbe: true, isProbeFree: true, canReread: false, strategy: 'in-place' as const }
        const answer = (state: MachineState) => {
          switch (state.awaiting.do) {
            case 'await-reply':
              return { type: 'reply-sealed' } as const
            case 'read-reply':
              return { type: 'reply-read', reading: { kind: 'success' } } as const
            case 'verify':
              return { type: 'verified', answer: world.newKey, isPastSettle: true } as const
            case 'probe-operator':
              return { type: 'operator-probed', answer: 'works' } as const
            case 'probe-old':
              return { type: 'old-probed', answer: world.oldKey, isPastSettle: true } as const
            case 'store':
              return { type: 'stored', result: 'written', code: null } as const
            case 'restore-old':
              return { type: 'restored', result: 'written', code: null } as const
            default:
              return { type: 'paused' } as const
          }
        }
        const finish = (from: MachineState): { outcome: string; reached: MachineState[] } => {
          const reached = [from]
          let state = from
          while (!isFinished(state)) {
            const next = advance(state, answer(state))
            if (!next) throw new Error(`stuck awaiting ${state.awaiting.do}`)
            reached.push(next)
            state = next
          }
          return { outcome: outcomeOf(state), reached }
        }
        const first = finish(begin(able, { at: 'sent', isProven: false }))
        for (const state of first.reached) {
          if (state.at === 'ended' || state.at === 'waiting') continue
          const again = finish(begin(able, { at: state.at, isProven: state.isProven }))
          expect(again.outcome).toBe(first.outcome)
        }
      }),
      { numRuns: 500 },
    )
  })
})
