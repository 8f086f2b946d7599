import { describe, expect, it } from 'vitest'
import { outcomeNames } from '../../src-contract/outcomes.ts'
import { failureCodes } from '../../src-contract/failures.ts'
import type { RotationStep } from '../../src-contract/events.ts'
import { endingWords } from '../../src-renderer/dialogs/rotation/ending-words.ts'
import { isPastReturn, stepsOf } from '../../src-renderer/dialogs/rotation/steps.ts'
import { failureWords } from '../../src-renderer/ui/failure-words.ts'

const live = (...steps: readonly (readonly [RotationStep, number])[]) => ({
  name: 'n',
  oldTail: null,
  startedAtMs: 0,
  startedAt: new Date(0),
  steps: steps.map(([step, atMs]) => ({ step, atMs })),
  result: null,
  endedAtMs: null,
})
/** Something in every place that a sentence has. */
const fields = new Proxy({}, { get: () => 'this and that' })
const states = (...steps: readonly (readonly [RotationStep, number])[]) =>
  stepsOf(live(...steps), 5000).map(({ state }) => state)

describe('the steps of a rotation', () => {
  it('light up one by one, with the one that runs', () => {
    expect(states(['preparing', 0])).toEqual(['now', 'later', 'later', 'later', 'later'])
    expect(states(['preparing', 0], ['armed', 10])).toEqual(['done', 'now', 'later', 'later', 'later'])
    expect(states(['armed', 10], ['sent', 12], ['slow', 3000])).toEqual(['done', 'now', 'later', 'later', 'later'])
    expect(states(['armed', 10], ['sent', 12], ['sealed', 500], ['verifying', 501])).toEqual([
      'done',
      'done',
      'done',
      'now',
      'later',
    ])
    expect(states(['armed', 10], ['sent', 12], ['sealed', 500], ['verified', 600], ['promoted', 650])).toEqual([
      'done',
      'done',
      'done',
      'done',
      'done',
    ])
  })

  it('have times that follow each other', () => {
    const steps = stepsOf(
      live(['armed', 40], ['sent', 41], ['first-byte', 600], ['sealed', 610], ['verified', 900], ['promoted', 950]),
      950,
    )
    expect(steps.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 40],
      [40, 600],
      [600, 610],
      [610, 900],
      [900, 950],
    ])
  })

  it('know the moment from which nothing is sent again', () => {
    expect(isPastReturn(live(['armed', 1], ['connected', 2]))).toBe(false)
    expect(isPastReturn(live(['armed', 1], ['sent', 2]))).toBe(true)
  })
})

describe('the window’s words', () => {
  it.each(outcomeNames)('say what %s came to and what to do next', (outcome) => {
    const words = endingWords({ outcome })
    for (const text of Object.values(words)) {
      expect(text.length).toBeGreaterThan(3)
      expect(text).not.toMatch(/rekey \w|--\w|!|went wrong/)
    }
  })

  it.each(failureCodes)('for %s are a sentence and a step, never the command line’s', (code) => {
    const { what, next } = failureWords({ code, fields })
    expect(what).toMatch(/^.+[.!?…]$/u)
    expect(next).toMatch(/^\S.+[.!?…]$/u)
    expect(next).not.toMatch(/\brekey \w|--\w|REKEY_/)
  })
})
