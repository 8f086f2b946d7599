import { describe, expect, it } from 'vitest'
import { catalogTexts } from '../../src-main/vendors/catalog.ts'
import { checkVendorFile } from '../../src-main/vendors/check-vendor-file.ts'
import { vendorFileSchema, vendorJsonSchema } from '../../src-main/vendors/define-vendor.ts'
import { catalogFile } from '../contract/vendor-file.ts'

const good = catalogFile('scrapebit')
const errorsOf = (text: string): string[] =>
  checkVendorFile(text)
    .findings.filter(({ level }) => level === 'error')
    .map(({ path, message }) => `${path} ${message}`)

function changed(from: string, to: string): string {
  if (!good.includes(from)) throw new Error(`no such passage: ${from}`)
  return good.replace(from, () => to)
}

describe('the offline check', () => {
  it('finds a wrong place of the new key by the recorded replies', () => {
    const errors = errorsOf(changed('newKey: /data/api_key', 'newKey: /data/key'))
    expect(errors[0]).toContain('replies.mint[0] "documented success" reads as {"verdict":"unclear"')
  })

  it('finds a dead rule that does not hold', () => {
    const errors = errorsOf(
      changed(
        '- { status: [401], body: [{ at: /error/code, equals: api_key_expired }], code: key-expired }\n',
        '- { status: [410], code: key-expired }\n',
      ),
    )
    expect(errors).toContainEqual(expect.stringContaining('replies.verify[1] "regenerated since"'))
  })

  it('asks for the replies that prove the rules', () => {
    const bare = `${good.slice(0, good.indexOf('replies:'))}replies: {}\n`
    expect(errorsOf(bare)).toEqual([
      'replies.mint record a success',
      'replies.mint record a torn success',
      'replies.verify record one that reads as works',
      'replies.verify record one that reads as dead',
      'replies.verify record one that reads as unknown',
    ])
  })

  it('gives every reason of a file at once, each with its line', () => {
    const errors = errorsOf(
      changed('settleSeconds: 2', 'settleSeconds: soon').replace('strategy: in-place', 'strategy: magic'),
    )
    expect(errors).toHaveLength(2)
    for (const error of errors) expect(error).toMatch(/line \d+: /)
  })

  it('shows the requests it would make, without a secret', () => {
    const notes = checkVendorFile(catalogFile('conjur')).findings.filter(({ level }) => level === 'note')
    expect(notes.map(({ path }) => path)).toEqual([
      'verify',
      'rotate.self',
      'rotate.operator.session',
      'rotate.operator',
      'reread',
    ])
    expect(notes[3]?.message).toBe('PUT https://127.0.0.1/prefix/authn/myorg/api_key?role=host:ci%2Fbuild')
  })
})

describe('the JSON Schema for editors', () => {
  const schema = vendorJsonSchema() as {
    properties: Record<string, unknown>
    required: string[]
    additionalProperties: boolean
  }

  it('knows every field of a file, and allows no other', () => {
    expect(Object.keys(schema.properties).toSorted()).toEqual(Object.keys(vendorFileSchema.shape).toSorted())
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toEqual(expect.arrayContaining(['id', 'name', 'strategy', 'verify', 'recovery']))
    expect(schema.required).not.toContain('limits')
  })

  it('is JSON, and speaks of no other dialect', () => {
    expect(JSON.parse(JSON.stringify(schema))).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    })
  })
})

describe('parsing', () => {
  it('is quick enough for every command', () => {
    const start = performance.now()
    for (const text of catalogTexts.values()) checkVendorFile(text)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
