import { describe, expect, it } from 'vitest'
import type { CredentialView } from '../../src-contract/views.ts'
import { countAll, indexOf, matching, sorted } from '../../src-renderer/features/credentials/arrange.ts'
import { people, thousands } from '../../scripts/screenshots/people.ts'

const index = indexOf(people, (id) => (id === 'conjur' ? 'Conjur' : id))
const names = (found: readonly CredentialView[]): readonly string[] => found.map(({ name }) => name)
const order = sorted(index, 'state', true)
const find = (query: string) => names(matching(index, sorted(index, 'name', true), { kind: 'all' }, query))

describe('the order of the list', () => {
  it('is by state, then by what is soonest: what needs a person first', () => {
    const order = names(matching(index, sorted(index, 'state', true), { kind: 'all' }, ''))
    expect(order.slice(0, 5)).toEqual([
      'agency/hi-energy-42',
      'prod/pdcp-scan',
      'ci/nuclei-nightly',
      'staging/conjur-host-07',
      'prod/userplane-support',
    ])
    expect(order).toHaveLength(people.length)
  })

  it('turns round by any column, and never leaves one out', () => {
    for (const key of ['state', 'name', 'age', 'expiry'] as const) {
      const down = names(matching(index, sorted(index, key, true), { kind: 'all' }, ''))
      const up = names(matching(index, sorted(index, key, false), { kind: 'all' }, ''))
      expect(up).toEqual(down.toReversed())
      expect(new Set(down).size).toBe(people.length)
    }
  })
})

describe('search', () => {
  it('finds by every word, in names, vendors, tags and ends', () => {
    expect(find('prod scrap')).toEqual(['prod/scrapebit'])
    expect(find('CONJUR')).toEqual(['admin/conjur', 'ci/conjur-runner', 'prod/conjur-deploy', 'staging/conjur-host-07'])
    expect(find('billing')).toEqual(['prod/scrapebit'])
    expect(find('a91f')).toEqual(['prod/scrapebit'])
    expect(find('nothing at all')).toEqual([])
  })

  it('narrows by vendor, tag and state as words', () => {
    expect(find('vendor:userplane tag:ci')).toEqual(['ci/userplane-replay'])
    expect(find('state:overdue')).toEqual(['ci/nuclei-nightly', 'staging/conjur-host-07'])
    expect(find('state:due vendor:scrapebit')).toEqual(['prod/scrapebit'])
    expect(find('unknown:word')).toEqual([])
  })

  it('keeps the side bar’s numbers and its own lists one', () => {
    const counts = countAll(people)
    expect(matching(index, order, { kind: 'due' }, '')).toHaveLength(counts.due)
    for (const [vendor, count] of counts.vendors)
      expect(matching(index, order, { kind: 'vendor', vendor }, '')).toHaveLength(count)
    for (const [tag, count] of counts.tags) expect(matching(index, order, { kind: 'tag', tag }, '')).toHaveLength(count)
    expect(countAll(thousands).vendors.reduce((sum, [, count]) => sum + count, 0)).toBe(10_000)
  })
})
