import { describe, expect, it } from 'vitest'
import { validateInputs, validateSecretInput } from '../../src-main/vendors/inputs.ts'
import { catalogFile, vendorFileOf } from '../contract/vendor-file.ts'

const conjur = vendorFileOf(catalogFile('conjur'))
const hienergy = vendorFileOf(catalogFile('hienergy'))
const scrapebit = vendorFileOf(catalogFile('scrapebit'))

const why = (result: ReturnType<typeof validateInputs>): string =>
  result.ok ? 'fine' : `${result.failure.code} ${result.failure.fields['input']}: ${result.failure.fields['why'] ?? ''}`

describe('inputs', () => {
  it('takes what the file asks for', () => {
    for (const login of ['alice', 'host/ci/build', 'ann@x.org', 'host/a+b&c'])
      expect(validateInputs(conjur, { account: 'myorg', login })).toEqual({
        ok: true,
        value: { account: 'myorg', login },
      })
    expect(why(validateInputs(hienergy, { 'user-id': '42' }))).toBe('fine')
    expect(why(validateInputs(scrapebit, {}))).toBe('fine')
  })

  it.each([
    [{ account: 'myorg' }, 'missing-input login'],
    [{ account: 'myorg', login: '' }, 'login: it is empty'],
    [{ account: 'my org', login: 'a' }, 'account: it may hold name characters only'],
    [{ account: 'myorg', login: 'a\r\nb' }, 'login: it has control characters'],
    [{ account: 'myorg', login: '..' }, 'login: it may not have . or .. parts'],
    [{ account: '.', login: 'alice' }, 'account: it may not have . or .. parts'],
    [{ account: 'myorg', login: 'host/../admin' }, 'login: it may not have . or .. parts'],
    [{ account: 'myorg', login: 'a:b' }, 'login: it may not hold a colon'],
    [{ account: 'myorg', login: 'x'.repeat(256) }, 'login: it is longer than 255 characters'],
    [{ account: 'myorg', login: 'alice', role: 'x' }, 'role: CyberArk Conjur takes account, login, password'],
    [{ account: 'myorg', login: 'alice', password: 'p' }, 'password: it is a secret'],
  ])('refuses %o', (inputs, says) => {
    expect(why(validateInputs(conjur, inputs))).toContain(says)
  })

  it.each(['4.2', '-1', '042', '1e3', 'abc', ' 42', '١'])('refuses %s as a whole number', (value) => {
    expect(why(validateInputs(hienergy, { 'user-id': value }))).toContain('whole number')
  })

  it('says so where a vendor takes none', () => {
    expect(why(validateInputs(scrapebit, { account: 'a' }))).toContain('Scrapebit takes no inputs')
  })

  it('reads own properties only', () => {
    expect(why(validateInputs(hienergy, Object.create({ 'user-id': '42' }) as Record<string, string>))).toContain(
      'missing-input',
    )
  })
})

describe('secret inputs', () => {
  it('are checked without being quoted', () => {
    expect(validateSecretInput(conjur, 'password', 'beep-boop:x').ok).toBe(true)
    const bad = validateSecretInput(conjur, 'password', 'hunter2\n')
    expect(bad).toMatchObject({ ok: false, failure: { code: 'bad-input-value' } })
    expect(JSON.stringify(bad)).not.toContain('hunter2')
    expect(validateSecretInput(conjur, 'login', 'x').ok).toBe(false)
    expect(validateSecretInput(conjur, 'pin', 'x').ok).toBe(false)
  })
})
