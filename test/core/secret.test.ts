import { inspect, format } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret, tailOf } from '../../src-main/core/secret.ts'

const VALUE = 'sb_live_0123456789abcdefghijklmnopqrstuv'

describe('a secret in memory', () => {
  it('has no text form', () => {
    const secret = Secret.of(VALUE)
    const forms = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret, { depth: 9, showHidden: true, getters: true }),
      format('%s %o %O %j', secret, secret, secret, secret),
      JSON.stringify(Object.entries(secret)),
      String(new Error('failed', { cause: secret }).cause),
    ]
    for (const form of forms) expect(form).not.toContain(VALUE.slice(8, 20))
    expect(secret.use((value) => value)).toBe(VALUE)
  })

  it('is not assignable to a string', () => {
    // @ts-expect-error: the compiler refuses what would print it
    const text: string = Secret.of(VALUE)
    expect(typeof text).toBe('object')
  })

  it('shows a tail only where at least sixteen characters stay unseen', () => {
    expect(tailOf(Secret.of('a'.repeat(16) + 'tail'))).toBe('tail')
    expect(tailOf(Secret.of('a'.repeat(15) + 'tail'))).toBeNull()
  })

  it('equals another of the same value, and no other', () => {
    expect(Secret.of(VALUE).equals(Secret.of(VALUE))).toBe(true)
    expect(Secret.of(VALUE).equals(Secret.of(`${VALUE}x`))).toBe(false)
  })
})
