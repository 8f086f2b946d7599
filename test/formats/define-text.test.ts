import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { timeOf } from '../../src-main/formats/define-text.ts'

describe('a time in a vault file', () => {
  it('is one that every file of Rekey takes, or none', () => {
    const rfc3339 = z.iso.datetime().nullable()
    const any = fc.oneof(
      fc.date(),
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.string(),
      fc.stringMatching(/^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\d(\.\d{1,7})?Z$/),
      fc.constantFrom('2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', '+012026-01-01T00:00:00Z', null, undefined, {}),
    )
    fc.assert(
      fc.property(any, (value) => {
        expect(rfc3339.safeParse(timeOf(value)).success).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('stays as it was written where it was right', () => {
    expect(timeOf('2026-01-02T03:04:05Z')).toBe('2026-01-02T03:04:05Z')
    expect(timeOf('2026-01-02T03:04:05+01:00')).toBe('2026-01-02T02:04:05.000Z')
    expect(timeOf(1_767_323_045)).toBe('2026-01-02T03:04:05.000Z')
    expect(timeOf(1e15)).toBeNull()
  })
})
