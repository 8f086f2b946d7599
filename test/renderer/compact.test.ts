import { describe, expect, it } from 'vitest'
import { thousands } from '../../scripts/screenshots/people.ts'
import { compactor, merged } from '../../src-renderer/state/compact.ts'

const copy = () => structuredClone(thousands.slice(0, 50))
const byName = (all: readonly (typeof thousands)[number][]) => new Map(all.map((each) => [each.name, each]))

describe('a list that is read again', () => {
  const compact = compactor()
  const first = copy().map(compact)

  it('says the same as before it was made small', () => {
    expect(first).toEqual(copy())
    expect(first[0]?.tags).toBe(
      first.find(({ name, tags }) => name !== first[0]?.name && tags[0] === first[0]?.tags[0])?.tags,
    )
  })

  it('is the same list where nothing changed', () => {
    expect(merged(first, byName(first), copy().map(compact))).toBe(first)
  })

  it('has new objects for what changed, and for that alone', () => {
    const [changed, ...rest] = copy()
    if (!changed) throw new Error('no credential')
    const open = { rotationId: 'r', outcome: null, startedAt: changed.createdAt }
    const next = merged(first, byName(first), [{ ...changed, openRotation: open }, ...rest].map(compact))
    expect(next[0]).toMatchObject({ openRotation: open })
    expect(next.slice(1).every((each, at) => each === first[at + 1])).toBe(true)
    expect(merged(first, byName(first), rest.map(compact))).toHaveLength(49)
  })
})
