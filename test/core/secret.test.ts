import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret, tailOf } from '../../src-main/core/secret.ts'
import { findSecrets } from '../canary/find-secrets.ts'
import { plantSecrets } from '../canary/planted-secrets.ts'

const planted = plantSecrets(['key'])
const value = planted[0]!.value
const secret = Secret.of(value)

describe('a secret', () => {
  it.each<[string, () => string]>([
    ['text', () => String(secret)],
    ['concatenation', () => '' + secret],
    ['template', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspection', () => inspect({ secret }, { showHidden: true, depth: 9, getters: true })],
    // oxlint-disable-next-line typescript/no-misused-spread -- what a careless spread would copy
    ['fields', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret), { ...secret }])],
    ['error', () => inspect(new Error(`failed with ${secret}`, { cause: secret }))],
    ['structured clone', () => inspect(structuredClone(secret), { showHidden: true })],
  ])('has no text form: %s', (label, show) => {
    expect(findSecrets([], [{ label, bytes: show() }], planted)).toEqual([])
  })

  it('gives its value to use, and to nothing else', () => {
    expect(secret.use((text) => text)).toBe(value)
    expect(secret.length).toBe(40)
  })

  it('is equal to one of the same value', () => {
    expect(secret.equals(Secret.of(value))).toBe(true)
    expect(secret.equals(Secret.of(`${value}x`))).toBe(false)
  })

  it('shows a tail only where that leaves sixteen characters unseen', () => {
    expect(tailOf(Secret.of('a'.repeat(16) + 'tail'))).toBe('tail')
    expect(tailOf(Secret.of('a'.repeat(15) + 'tail'))).toBe(null)
  })
})
