/** A person's keys, as the pictures show them: synthetic throughout, and the same on every day but for the dates. */
import type { CredentialView, HistoryEntry, VendorView } from '../../src-contract/views.ts'

const DAY = 86_400_000
export const now = new Date()
const ago = (days: number): string => new Date(now.getTime() - days * DAY).toISOString()

type Sketch = readonly [
  name: string,
  vendor: string,
  tail: string,
  age: number,
  policy: number | null,
  expires: number | null,
  state: CredentialView['state'],
]

const sketches: readonly Sketch[] = [
  ['agency/hi-energy-42', 'hienergy', '0c7d', 96, 90, null, 'needs-attention'],
  ['prod/pdcp-scan', 'projectdiscovery', '9be2', 91, 90, null, 'needs-attention'],
  ['ci/nuclei-nightly', 'projectdiscovery', '51af', 112, 90, null, 'overdue'],
  ['staging/conjur-host-07', 'conjur', 'm2qx', 67, 60, null, 'overdue'],
  ['prod/userplane-support', 'userplane', '3k1M', 88, 90, 2, 'due'],
  ['prod/scrapebit', 'scrapebit', 'a91f', 84, 90, null, 'due'],
  ['prod/hi-energy', 'hienergy', 'e6b8', 83, 90, null, 'due'],
  ['admin/conjur', 'conjur', 'v8ns', 41, 60, null, 'healthy'],
  ['dev/userplane-lea', 'userplane', 'Zt0a', 36, 90, 24, 'healthy'],
  ['staging/scrapebit', 'scrapebit', '77d4', 30, 90, null, 'healthy'],
  ['staging/pdcp-attack-surface-monitor', 'projectdiscovery', 'd0c1', 27, 90, null, 'healthy'],
  ['admin/hi-energy', 'hienergy', '1f09', 22, 90, null, 'healthy'],
  ['prod/conjur-deploy', 'conjur', '9wgh', 14, 60, null, 'healthy'],
  ['ci/userplane-replay', 'userplane', 'pQ7r', 9, 90, 21, 'healthy'],
  ['dev/scrapebit-mira', 'scrapebit', 'c41b', 6, 90, null, 'healthy'],
  ['ops/pager-webhook', 'other', '9a3d', 120, null, null, 'healthy'],
  ['ci/conjur-runner', 'conjur', 'r2k8', 3, 60, null, 'unverified'],
]

const credential = ([name, vendor, tail, age, policy, expires, state]: Sketch): CredentialView => ({
  name,
  label: null,
  vendor,
  baseUrl:
    vendor === 'other'
      ? null
      : vendor === 'conjur'
        ? 'https://conjur.acme.example/api'
        : `https://api.${vendor}.example`,
  inputs: vendor === 'conjur' ? { account: 'acme', login: `host/${name}` } : {},
  subject: vendor === 'other' ? null : 'dev@acme.example',
  operator: name === 'agency/hi-energy-42' ? 'admin/hi-energy' : null,
  tags: [name.split('/')[0] ?? 'prod', ...(name === 'prod/scrapebit' ? ['billing'] : [])],
  usedBy: name === 'prod/scrapebit' ? ['crawler/.env', 'GitHub acme/crawler'] : [],
  store: 'os',
  tail,
  fingerprint: '735ddef5f67a388f',
  state,
  createdAt: ago(age + 180),
  rotatedAt: ago(age),
  verifiedAt: state === 'unverified' ? null : ago(0.1),
  expiresAt: expires === null ? null : new Date(now.getTime() + expires * DAY).toISOString(),
  maxAgeDays: policy,
  openRotation:
    state === 'needs-attention'
      ? { rotationId: `r-${tail}`, outcome: tail === '0c7d' ? 'lost' : 'unknown', startedAt: ago(0.2) }
      : null,
})

export const people: readonly CredentialView[] = sketches.map(credential)

/** What came with an import and waits for a person's word. */
export const unconfirmed: readonly CredentialView[] = people.map((each) =>
  each.name === 'admin/conjur'
    ? { ...each, operator: 'prod/conjur-deploy', unconfirmed: ['address', 'operator'] }
    : each,
)

export const thousands: readonly CredentialView[] = Array.from({ length: 10_000 }, (_, index) => {
  const sketch = sketches[4 + (index % 11)] ?? sketches[5]
  if (!sketch) throw new Error('no sketch')
  const [, vendor, , age, policy, , state] = sketch
  const name = `${['prod', 'staging', 'ci', 'agency', 'lab'][index % 5]}/${vendor}-${String(index).padStart(5, '0')}`
  return credential([name, vendor, index.toString(36).padStart(4, '0').slice(-4), age, policy, null, state])
})

/** Names and labels that somebody else chose. */
export const hostile: readonly CredentialView[] = [
  'a/very/deep/folder/with-a-name-that-goes-on-for-as-long-as-a-name-may-go-and-then-some-more-until-it-ends',
  'x',
  'prod/<img-src=x-onerror=alert(1)>',
].map((name, index) => ({
  ...credential([name, 'scrapebit', 'a91f', 10 + index, 90, null, 'healthy']),
  label: `\u202Egnp.exe <script>alert(1)</script>\u0007 ${'long '.repeat(1000)}`,
  usedBy: ['\u001B[31mred', '<b>bold</b>', 'w'.repeat(300)],
  tags: ['<script>', '\u202Ertl', 'a-tag-of-sixty-four-characters-which-is-as-long-as-a-tag-may-ever-be'],
}))

export const history = (name: string): readonly HistoryEntry[] => {
  const at = (days: number, event: string, detail: HistoryEntry['detail'] = {}): HistoryEntry => ({
    at: ago(days),
    name,
    event,
    rotationId: name === 'prod/pdcp-scan' ? 'r-9be2' : null,
    detail,
  })
  return [
    at(0.1, 'revealed'),
    ...(name === 'admin/conjur' ? [at(2, 'imported', { format: 'csv', kept: ['notes', 'cost centre'] })] : []),
    at(84, 'rotated'),
    at(84.2, 'refused'),
    at(120, 'copied'),
    at(174, 'rotated'),
    at(230, 'edited'),
    at(264, 'added', { proof: 'works' }),
  ]
}

const vendor = (
  id: string,
  name: string,
  strategy: VendorView['strategy'],
  inputs: VendorView['inputs'] = [],
): VendorView => ({
  id,
  name,
  baseUrl: id === 'conjur' ? null : `https://api.${id}.example`,
  strategy,
  inputs,
  evidence: 'confirmed',
  checked: '2026-11-21',
  source: 'built-in',
})
const input = (name: string, label: string, isSecret = false) => ({
  name,
  label,
  type: 'text',
  required: !isSecret,
  secret: isSecret,
})

export const vendors: readonly VendorView[] = [
  vendor('conjur', 'Conjur', 'in-place', [
    input('account', 'Account'),
    input('login', 'Login'),
    input('password', 'Password', true),
  ]),
  vendor('hienergy', 'Hi Energy AI', 'in-place', [input('user-id', 'User id')]),
  vendor('projectdiscovery', 'ProjectDiscovery', 'in-place'),
  vendor('scrapebit', 'Scrapebit', 'in-place'),
  vendor('userplane', 'Userplane', 'guided'),
]
