import { describe, it } from 'vitest'
import { mintRows, only, rotated, withEndings, type Ending } from './fault-rows.ts'
import { checkTable } from './fault-table.ts'

/** Vendor × fault, by the built command line: what it prints, how it exits, what the vendor counted, what it gives out. */
const limited = (limit: string): Ending => ({
  exit: 3,
  outcome: 'refused',
  code: 'rate-limited',
  oldKey: 'works',
  says: `{vendor} allows this ${limit}; try again at {time}`,
})

describe.concurrent('a key that rotates itself', () => {
  it('at projectdiscovery', ({ expect }) => checkTable(expect, { vendor: 'projectdiscovery', rows: mintRows }), 600_000)

  it('at scrapebit', async ({ expect }) => {
    const rows = withEndings(mintRows, { '429': limited('once an hour') })
    await checkTable(expect, { vendor: 'scrapebit', rows })
  }, 600_000)

  it('at hienergy', async ({ expect }) => {
    const rows = withEndings(mintRows, { '429': limited('1,000 calls an hour') })
    await checkTable(expect, { vendor: 'hienergy', rows })
  }, 600_000)

  it('at conjur', async ({ expect }) => {
    // a bare key cut short is no key, and its last character is nowhere
    const [torn] = only(mintRows, ['torn in the body'])
    const rows = withEndings(mintRows, { 'torn before the last byte': torn ?? rotated })
    await checkTable(expect, { vendor: 'conjur', rows })
  }, 600_000)
})
