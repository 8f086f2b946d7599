import { describe, expect, it } from 'vitest'
import { isBehind, isDue, stateOf } from '../../../src-main/core/policy/age.ts'
import type { Credential } from '../../../src-main/core/credentials/credential.ts'
import type { RotationRecord } from '../../../src-main/core/rotation/record.ts'
import { sampleCredential } from '../../adapters/ledger/samples.ts'

const NOW = new Date('2026-11-21T12:00:00Z')
const days = (count: number): string => new Date(NOW.getTime() + count * 86_400_000).toISOString()
const of = (patch: Partial<Credential>): Credential => ({
  ...sampleCredential(1),
  createdAt: days(-10),
  rotatedAt: null,
  verifiedAt: days(-10),
  expiresAt: null,
  maxAgeDays: null,
  ...patch,
})
const state = (patch: Partial<Credential>, open: Partial<RotationRecord> | null = null): string =>
  stateOf(of(patch), open as RotationRecord | null, NOW)

describe('the state of a credential', () => {
  it.each([
    ['healthy', {}],
    ['unverified', { verifiedAt: null }],
    ['expired', { expiresAt: days(-0.001) }],
    ['due', { expiresAt: days(6.9) }],
    ['healthy', { expiresAt: days(7.1) }],
    ['overdue', { maxAgeDays: 9 }],
    ['due', { maxAgeDays: 11 }],
    ['healthy', { maxAgeDays: 12 }],
    ['healthy', { maxAgeDays: 9, rotatedAt: days(-1) }],
    ['healthy', { createdAt: days(400), maxAgeDays: 1 }],
  ])('is %s for %j', (expected, patch) => {
    expect(state(patch)).toBe(expected)
  })

  it('is that of its open rotation before all else', () => {
    expect(state({ expiresAt: days(-1) }, { state: 'sent', outcome: null })).toBe('rotating')
    expect(state({}, { state: 'ended', outcome: 'unknown' })).toBe('needs-attention')
    expect(state({}, { state: 'waiting', outcome: null })).toBe('guided-waiting')
    expect(state({}, { state: 'waiting', outcome: 'waiting' })).toBe('guided-waiting')
  })
})

describe('what --due takes', () => {
  it.each([
    [true, { maxAgeDays: 9 }],
    [false, { maxAgeDays: 10.5 }],
    [true, { expiresAt: days(7) }],
    [true, { expiresAt: days(-3) }],
    [false, { expiresAt: days(7.01) }],
    [false, {}],
  ])('is %s for %j', (expected, patch) => {
    expect(isDue(of(patch), NOW)).toBe(expected)
  })
})

it('a clock is behind only where the ledger remembers more than minutes past it', () => {
  expect(isBehind(null, NOW)).toBe(false)
  expect(isBehind(days(-1), NOW)).toBe(false)
  expect(isBehind(new Date(NOW.getTime() + 60_000).toISOString(), NOW)).toBe(false)
  expect(isBehind(new Date(NOW.getTime() + 3_600_000).toISOString(), NOW)).toBe(true)
})
