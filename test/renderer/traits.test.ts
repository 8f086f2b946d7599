import { describe, expect, it } from 'vitest'
import { people } from '../../scripts/screenshots/people.ts'
import { fail } from '../../src-contract/failures.ts'
import type { CredentialView } from '../../src-contract/views.ts'
import { fieldErrorOf } from '../../src-renderer/dialogs/forms/field-of.ts'
import { suggestName } from '../../src-renderer/dialogs/forms/suggest-name.ts'
import { askedOf, cannotEmpty, draftOf, editOf, emptyDraft } from '../../src-renderer/dialogs/forms/traits.ts'
import { diffLines } from '../../src-renderer/dialogs/vendor-trust/diff-lines.ts'

const conjur = people.find(({ vendor }) => vendor === 'conjur') as CredentialView
const credential: CredentialView = {
  ...conjur,
  tags: ['prod', 'infra'],
  usedBy: ['deploy'],
  maxAgeDays: 60,
  expiresAt: '2030-01-02T10:00:00.000Z',
}

describe('what a form asks for', () => {
  it('leaves out what is empty, and takes a pin as people paste it', () => {
    expect(askedOf(emptyDraft)).toEqual({ inputs: {}, tags: [], usedBy: [] })
    const pinSha256 = `SHA256:${'AB:'.repeat(31)}AB`
    expect(askedOf({ ...emptyDraft, pinSha256, expiresAt: '2030-01-02', tags: 'a, b ,a,' })).toEqual({
      inputs: {},
      pinSha256: 'ab'.repeat(32),
      expiresAt: '2030-01-02T23:59:59.000Z',
      tags: ['a', 'b'],
      usedBy: [],
    })
  })

  it('asks for nothing where nothing changed', () => {
    expect(editOf(credential, draftOf(credential))).toBeNull()
    expect(cannotEmpty(credential, draftOf(credential))).toBeNull()
  })

  it('asks for the difference alone', () => {
    const draft = { ...draftOf(credential), tags: 'prod, new', expiresAt: '', usedBy: 'deploy, ci' }
    expect(editOf(credential, draft, { token: 'secret' })).toEqual({
      name: credential.name,
      tags: ['new'],
      removeTags: ['infra'],
      clearExpiresAt: true,
      usedBy: ['deploy', 'ci'],
      secretInputs: { token: 'secret' },
    })
  })

  it.each([
    [{ usedBy: '' }, 'usedBy'],
    [{ maxAgeDays: '' }, 'maxAgeDays'],
    [{ maxAgeDays: '0' }, 'maxAgeDays'],
    [{ baseUrl: ' ' }, 'baseUrl'],
    [{ inputs: { ...credential.inputs, account: '' } }, 'input account'],
  ])('says %o at its field: it cannot be emptied', (part, field) => {
    expect(cannotEmpty(credential, { ...draftOf(credential), ...part })?.field).toBe(field)
  })
})

describe('where a refusal is said', () => {
  it.each([
    [fail('missing-input', { vendor: 'conjur', input: 'account' }), 'input account'],
    [fail('missing-input', { vendor: 'conjur', input: 'operator' }), 'operator'],
    [fail('bad-input-value', { input: 'login', why: 'it is empty' }), 'input login'],
    [fail('bad-url', { url: 'http://x', why: 'it is not https' }), 'baseUrl'],
    [fail('known-secret', { name: 'a' }), undefined],
    [fail('keychain-locked'), undefined],
    [null, undefined],
  ])('%o', (failure, field) => expect(fieldErrorOf(failure)?.field).toBe(field))

  it('never speaks the command line’s words', () => {
    for (const code of [
      'bad-name',
      'name-taken',
      'needs-base-url',
      'bad-operator',
      'bad-secret',
      'key-invalid',
    ] as const)
      expect(fieldErrorOf(fail(code, {}))?.text).not.toMatch(/rekey \w|--\w/)
  })
})

describe('a suggested name', () => {
  it('is one that nobody has', () => {
    expect(suggestName('conjur', () => false)).toBe('prod/conjur')
    expect(suggestName('other', () => false)).toBe('prod/key')
    const taken = new Set(['prod/conjur', 'prod/conjur-2'])
    expect(suggestName('conjur', (name) => taken.has(name))).toBe('prod/conjur-3')
  })
})

describe('the difference of a vendor file', () => {
  it('keeps every line whole and shows what hides', () => {
    const long = 'x'.repeat(2000)
    expect(diffLines(`+ id: a\n- b\n  c\n  …\n+ ${long}\n+ \u202eevil`)).toEqual([
      { kind: 'added', text: 'id: a' },
      { kind: 'removed', text: 'b' },
      { kind: 'same', text: 'c' },
      { kind: 'same', text: '…' },
      { kind: 'added', text: long },
      { kind: 'added', text: '\\u{202e}evil' },
    ])
  })
})
