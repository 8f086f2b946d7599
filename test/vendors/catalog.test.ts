import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogTexts, reservedIds } from '../../src-main/vendors/catalog.ts'
import { checkVendorFile } from '../../src-main/vendors/check-vendor-file.ts'
import { describePlan, vendorView } from '../../src-main/vendors/plan.ts'
import { rotationPlan, vendorView as viewSchema } from '../../src-contract/views.ts'
import { describeVendorFile, vendorFileOf, vendorOf } from '../contract/vendor-file.ts'

for (const [id, text] of catalogTexts) describeVendorFile(id, text)

const guide = readFileSync(new URL('../../docs/adding-a-vendor.md', import.meta.url), 'utf8')
const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? []
describeVendorFile('of docs/adding-a-vendor.md', example)

/** Scripts rely on these. */
const fixed = [
  { id: 'conjur', baseUrl: null, inputs: ['account', 'login', 'password'], strategy: 'in-place' },
  { id: 'hienergy', baseUrl: 'https://app.hienergy.ai/api/v1', inputs: ['user-id'], strategy: 'in-place' },
  { id: 'projectdiscovery', baseUrl: 'https://api.projectdiscovery.io', inputs: [], strategy: 'in-place' },
  { id: 'scrapebit', baseUrl: 'https://api.scrapebit.com', inputs: [], strategy: 'in-place' },
  { id: 'userplane', baseUrl: 'https://api.userplane.io/api/v1', inputs: [], strategy: 'guided' },
]

const seeds = fixed.map(({ id }) => catalogTexts.get(id) ?? '')

describe('the catalog', () => {
  it('holds the five seeds under their fixed ids, addresses and inputs', () => {
    const found = seeds.map((text) => {
      const { id, baseUrl, inputs, strategy } = vendorFileOf(text)
      return { id, baseUrl, inputs: inputs.map(({ name }) => name), strategy }
    })
    expect(found).toEqual(fixed)
  })

  it('calls each file after its id and reserves them, and other', () => {
    for (const [name, text] of catalogTexts) expect(vendorFileOf(text).id).toBe(name)
    expect([...reservedIds].toSorted()).toEqual([...catalogTexts.keys(), 'other'].toSorted())
  })

  it('settles in 2 s and waits 30 s for a reply, for all five', () => {
    for (const text of seeds) expect(vendorOf(text)).toMatchObject({ settleMs: 2000, replyWaitMs: 30_000 })
  })

  it('warns of partial evidence only where it is so', () => {
    const isWarned = (text: string): boolean => checkVendorFile(text).findings.some(({ level }) => level === 'warning')
    expect(fixed.filter((_, index) => isWarned(seeds[index] ?? '')).map(({ id }) => id)).toEqual(['hienergy'])
  })

  it('gives views and plans of the contract', () => {
    for (const text of catalogTexts.values()) {
      const file = vendorFileOf(text)
      expect(viewSchema.parse(vendorView(file, 'built-in')).checked).toMatch(/^\d{4}-\d\d-\d\d$/)
      const rest = { name: 'a', vendor: file.id, tail: null, usedBy: [], operator: null }
      expect(rotationPlan.parse({ ...rest, ...describePlan(file) }).consequences.length).toBeGreaterThan(0)
    }
  })

  it('says who may rotate, what a lost reply needs, and what is limited', () => {
    const of = (id: string) => vendorOf(catalogTexts.get(id) ?? '')
    expect(of('conjur')).toMatchObject({ rotatesBy: { self: true, operator: true }, rereadNeeds: ['password'] })
    expect(of('conjur').probe).toEqual({ sideEffect: 'audit' })
    expect(of('hienergy')).toMatchObject({ rotatesBy: { self: true, operator: true }, rereadNeeds: null })
    expect(of('userplane')).toMatchObject({ rotatesBy: { self: false, operator: false }, rereadNeeds: null })
    expect(of('scrapebit').pace).toEqual([
      { scope: 'subject', count: 1, perSeconds: 3600, counts: 'mint', text: 'once an hour' },
    ])
    expect(describePlan(vendorFileOf(catalogTexts.get('userplane') ?? '')).guided).toMatchObject({
      dashboardUrl: 'https://dash.userplane.io/_/account?tab=developers',
      keyPrefix: 'uspl_',
      expiryChoices: [null, 7, 30, 60, 90].map((days) => ({ label: expect.any(String), days })),
    })
  })
})
