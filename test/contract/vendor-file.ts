import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Vendor } from '../../src-main/core/ports.ts'
import { checkBaseUrl } from '../../src-main/vendors/base-url.ts'
import { checkVendorFile, recordedExchange, sampleInputs } from '../../src-main/vendors/check-vendor-file.ts'
import type { VendorFile } from '../../src-main/vendors/define-vendor.ts'
import { interpret } from '../../src-main/vendors/interpret.ts'
import { parseVendorFile } from '../../src-main/vendors/parse-vendor-file.ts'

/** A vendor file that must be sound; throws with its own reason otherwise. */
export function vendorFileOf(text: string): VendorFile {
  const parsed = parseVendorFile(text)
  if (!parsed.ok) throw new Error(parsed.failure.fields['what'])
  return parsed.value
}

/** The interpreter is the core's port: this line is where the compiler compares the two. */
export const vendorOf = (text: string): Vendor => interpret(vendorFileOf(text), { hash: 'hash', text })

export const catalogFile = (id: string): string =>
  readFileSync(new URL(`../../src-main/vendors/catalog/${id}.yaml`, import.meta.url), 'utf8')

const key = 'made-up-key-0123456789abcdefghijklmnopqrstuv'
const session = 'bWFkZS11cC1zZXNzaW9u'
const asciiLine = /^[\x20-\x7e]*$/

/** What every vendor file must hold to, built in or a user's own. `text` is the file. */
export function describeVendorFile(name: string, text: string): void {
  describe(`vendor file ${name}`, () => {
    const file = vendorFileOf(text)
    const vendor = vendorOf(text)
    const base = checkBaseUrl(file, file.baseUrl ?? 'https://vendor.example/prefix')
    if (!base.ok) throw new Error('no base URL')
    const context = { baseUrl: base.value, inputs: sampleInputs(file), operatorInputs: null }
    const byOperator = { ...context, operatorInputs: sampleInputs(file) }
    const routes = [vendor.rotatesBy.self ? context : null, vendor.rotatesBy.operator ? byOperator : null].filter(
      (each) => each !== null,
    )
    const requests = [
      ...(vendor.probe ? [vendor.verify(context, key)] : []),
      ...routes.map((each) => vendor.session(each, key)),
      ...routes.map((each) => vendor.mint(each, { key, session: vendor.session(each, key) ? session : null })),
      vendor.reread(context, Object.fromEntries((vendor.rereadNeeds ?? []).map((input) => [input, key]))),
    ].filter((each) => each !== null)

    it('passes the offline check, every recorded reply included', () => {
      expect(checkVendorFile(text).findings.filter(({ level }) => level === 'error')).toEqual([])
    })

    it('sends every request to its own address, in the form a URL parser gives it', () => {
      expect(requests.length).toBeGreaterThan(0)
      for (const request of requests) {
        expect(request.url.startsWith(`${base.value}/`)).toBe(true)
        expect(new URL(request.url).href).toBe(request.url)
      }
    })

    it('keeps secrets out of every URL and carries one in each request', () => {
      for (const { url, headers, body } of requests) {
        expect(url).not.toContain(key)
        expect(url).not.toContain(session)
        const sealed = Object.values(headers).join('\n') + (body ?? '')
        const shown = sealed + Buffer.from(headers['Authorization']?.replace(/^Basic /, '') ?? '', 'base64').toString()
        expect(shown.includes(key) || shown.includes(session)).toBe(true)
      }
    })

    it('sends headers of printable ASCII on one line', () => {
      for (const { headers } of requests)
        for (const [header, value] of Object.entries(headers))
          expect([header, asciiLine.test(value)]).toEqual([header, true])
    })

    it('calls no reply a success that is torn, and no redirect or timeout a refusal', () => {
      for (const reply of file.replies.mint) {
        const whole = recordedExchange(reply)
        expect(vendor.readMint({ ...whole, complete: false }, context).verdict).toBe('unclear')
        for (const status of [301, 302, 307, 408, 502, 504])
          expect(vendor.readMint({ ...whole, status }, context).verdict).toBe('unclear')
      }
    })

    it('calls no key dead by a server error, a rate limit or a page', () => {
      for (const status of [301, 407, 408, 429, 500, 502, 503, 504]) {
        for (const reply of file.replies.verify)
          expect(vendor.readVerify({ ...recordedExchange(reply), status }).answer).toBe('unknown')
      }
      const page = { headers: {}, body: '<html><body>Sign in</body></html>', complete: true }
      for (const status of [200, 401, 403]) expect(vendor.readVerify({ ...page, status }).answer).toBe('unknown')
    })

    it('makes up keys of the right shape', () => {
      const made = vendor.madeUpKey({
        ...unused,
        randomText: (alphabet, length) => alphabet.repeat(length).slice(0, length),
      })
      expect(vendor.shapeWarning(made)).toBeNull()
      expect(made.length).toBeGreaterThanOrEqual(16)
    })
  })
}

const never = (): never => {
  throw new Error('not for vendor files')
}
const unused = { fingerprint: never, newKey: never, keyId: never, bytes: never }
