/** A vault file as the pictures show it: what would become of its entries, and what became of them. Synthetic throughout. */
import type {
  CellShape,
  ExportReceipt,
  ImportPreview,
  ImportReceipt,
  PreviewEntry,
  TableView,
  VaultFormatView,
} from '../../src-contract/vault-views.ts'

const everything = ['name', 'secret', 'account', 'urls', 'notes', 'tags', 'expiry', 'fields', 'rekey']
const format = (
  id: string,
  name: string,
  protection: VaultFormatView['protection'],
  writes: boolean,
): VaultFormatView => ({
  id,
  name,
  extensions: [id],
  protection,
  reads: true,
  writes,
  recipients: id === 'rekey',
  keyFiles: id === 'kdbx',
  carries: id === 'dotenv' ? ['name', 'secret'] : everything.filter((part) => id === 'rekey' || part !== 'rekey'),
})
export const formats: readonly VaultFormatView[] = [
  format('rekey', 'Rekey', 'either', true),
  format('kdbx', 'KeePass (KDBX 4)', 'encrypted', true),
  format('bitwarden', 'Bitwarden JSON', 'either', true),
  format('1pux', '1Password (1PUX)', 'plain', false),
  format('csv', 'CSV table', 'plain', true),
  format('dotenv', '.env file', 'plain', true),
]
export const found = [
  { id: 'f1', path: '/home/mira/.pdcp/credentials.yaml' },
  { id: 'f2', path: '/home/mira/.aws/credentials' },
]

const text = (characters: number, tail: string | null = null): CellShape => ({ kind: 'text', characters, tail })
const only = (kind: CellShape['kind']): CellShape => ({ kind, characters: 12, tail: null })

/** A table of somebody's own making. */
export const columns: TableView = {
  columns: [
    { title: 'Dienst', part: 'text', cells: [text(9), text(12), text(4)] },
    { title: 'Geheimnis', part: 'text', cells: [text(40, 'k4tz'), text(64, 'e6b8'), text(32, '77be')] },
    { title: 'Wo', part: 'text', cells: [only('address'), only('empty'), only('address')] },
    { title: 'Wer', part: 'text', cells: [only('email'), only('email'), only('empty')] },
    { title: 'created', part: 'created', cells: [only('date'), only('date'), only('date')] },
    { title: 'Farbe', part: 'text', cells: [text(4), text(3), text(4)] },
  ],
}

const blank: PreviewEntry = {
  index: 0,
  where: 'entry 1',
  title: '',
  name: '',
  kind: 'new',
  reason: null,
  existing: null,
  vendor: 'other',
  guess: null,
  missing: [],
  tail: '0000',
  tags: [],
  baseUrl: null,
  operator: null,
  unconfirmed: [],
  expiresAt: null,
  kept: [],
  left: [],
  renamedTo: null,
  doings: ['import', 'skip'],
  isUnclear: false,
}
type Sketch = Partial<PreviewEntry> & Pick<PreviewEntry, 'name'>
const likely = (vendor: string) => ({ vendor, confidence: 'likely' as const, why: 'it starts with its prefix' })

const sketches: readonly Sketch[] = [
  {
    name: 'prod/scrapebit',
    vendor: 'scrapebit',
    tail: 'k4tz',
    kind: 'changed',
    existing: 'prod/scrapebit',
    doings: ['skip', 'replace', 'rename'],
  },
  {
    name: 'prod/hi-energy',
    vendor: 'hienergy',
    tail: 'e6b8',
    kind: 'same',
    existing: 'prod/hi-energy',
    doings: ['skip'],
  },
  {
    name: 'agency/hi-energy-18',
    vendor: 'other',
    tail: '77be',
    guess: { vendor: 'hienergy', confidence: 'possible', why: 'its name says Hi Energy AI' },
    reason: 'it may be a key of hienergy: its name says Hi Energy AI',
  },
  {
    name: 'agency/hi-energy-19',
    vendor: 'other',
    tail: 'd4f0',
    kept: ['seat'],
    guess: { vendor: 'hienergy', confidence: 'possible', why: 'its name says Hi Energy AI' },
  },
  { name: 'lab/pdcp-recon', vendor: 'projectdiscovery', tail: '06ac', guess: likely('projectdiscovery') },
  {
    name: 'prod/userplane-onboarding-and-billing-replays',
    vendor: 'userplane',
    tail: 'Lr8W',
    expiresAt: '2026-12-04T00:00:00.000Z',
    guess: likely('userplane'),
  },
  { name: 'ops/pager-webhook-2', tail: '9a3d' },
  {
    name: 'staging/conjur-host-11',
    vendor: 'conjur',
    tail: '2nc8',
    kept: ['owner', 'ticket'],
    baseUrl: 'https://conjur.partner.example/api',
    unconfirmed: ['address'],
    guess: { vendor: 'conjur', confidence: 'sure', why: 'the file says so' },
  },
  {
    name: 'staging/conjur-host-12',
    vendor: 'conjur',
    tail: 'w6rp',
    baseUrl: 'https://conjur.partner.example/api',
    operator: 'admin/conjur',
    unconfirmed: ['address', 'operator'],
    guess: { vendor: 'conjur', confidence: 'sure', why: 'the file says so' },
  },
  {
    name: 'staging/conjur-host-13',
    tail: 'b4ze',
    guess: likely('conjur'),
    missing: ['account', 'login', 'base-url'],
    reason: 'kept as other: Conjur needs the input account',
  },
  {
    name: 'lab/scrapebit-test',
    vendor: 'scrapebit',
    tail: 'e01b',
    left: [{ what: 'attachment invoice.pdf', why: 'attachments are not kept' }],
    guess: likely('scrapebit'),
  },
  {
    name: 'ci/conjur-runner-copy',
    vendor: 'conjur',
    kind: 'conflicting',
    existing: 'ci/conjur-runner',
    reason: 'host/ci/conjur-runner is kept as ci/conjur-runner',
    tail: 'r2k9',
    doings: ['skip', 'replace'],
  },
  { name: 'notes/wifi', kind: 'skipped', reason: 'there is no key in it', tail: null, doings: ['skip'] },
]
const entries: readonly PreviewEntry[] = sketches.map((sketch, index) => ({
  ...blank,
  index,
  where: `entry ${index + 1}`,
  title: sketch.name,
  tags: [sketch.name.split('/')[0] ?? ''],
  ...sketch,
}))

export const preview: ImportPreview = {
  id: 'p',
  file: 'team-vault.json',
  format: 'bitwarden',
  formatName: 'Bitwarden JSON',
  isPlainText: true,
  entries: [...entries],
  leftOut: [],
  refused: [],
  notes: ['2 entries in the bin are not taken'],
}

const settings = ['NODE_ENV', 'PORT', 'DATABASE_URL', 'REDIS_URL', 'SENTRY_DSN', 'LOG_LEVEL', 'STRIPE', 'MAIL_FROM']
/** Of a `.env` file, with what its variables' names do not say. */
export const envPreview: ImportPreview = {
  ...preview,
  file: '.env',
  format: 'dotenv',
  formatName: '.env file',
  entries: [
    {
      ...blank,
      name: 'SCRAPEBIT',
      title: 'SCRAPEBIT',
      where: 'line 4',
      vendor: 'scrapebit',
      guess: likely('scrapebit'),
    },
    { ...blank, name: 'CI_TOKEN', title: 'CI_TOKEN', where: 'line 9', index: 1, tail: '9a3d' },
  ],
  leftOut: settings.map((name) => ({ name, file: '.env' })),
  notes: [],
}

/** As many as anybody has. */
export const largePreview: ImportPreview = {
  ...preview,
  notes: [],
  entries: Array.from({ length: 10_000 }, (_, index) => ({
    ...(entries[index % 7] ?? blank),
    index,
    where: `line ${index + 2}`,
    name: `prod/service-${String(index).padStart(5, '0')}`,
    title: `Service ${index}`,
    tail: index.toString(36).padStart(4, '0').slice(-4),
  })),
}

const long = 'a-name-that-goes-on-for-as-long-as-a-name-may-go-and-then-some-more-until-it-ends'
/** What somebody else wrote into a file. */
export const hostilePreview: ImportPreview = {
  ...preview,
  file: `${'a-file-with-a-very-long-name-'.repeat(7)}.json`,
  notes: [`\u202Etxt.exe <script>alert(1)</script> ${'long '.repeat(60)}`],
  entries: [
    {
      ...blank,
      name: `very/deep/folder/${long}`,
      title: `\u202E<b>bold</b>\u0007 ${'word '.repeat(80)}`,
      where: 'entry 1',
      vendor: 'scrapebit',
      guess: likely('scrapebit'),
      baseUrl: `https://${'sub.'.repeat(40)}example/api`,
      unconfirmed: ['address'],
      kept: Array.from({ length: 40 }, (_, index) => `<img src=x onerror=alert(${index})>`),
      left: [{ what: 'attachment \u202Egnp.exe', why: 'attachments are not kept' }],
      tags: ['\u001B[31mred', 'w'.repeat(64)],
    },
    ...Array.from({ length: 12 }, (_, index) => ({
      ...blank,
      index: index + 2,
      name: `many/places-${index}`,
      vendor: 'conjur',
      baseUrl: `http${index % 2 === 0 ? 's' : ''}://conjur-${index}.example/api`,
      unconfirmed: ['address' as const],
    })),
    { ...blank, index: 1, name: 'x', title: 'x', tail: null, operator: long, unconfirmed: ['operator'], kind: 'new' },
  ],
}

export const receipt: ImportReceipt = {
  format: 'bitwarden',
  in: 13,
  stored: 10,
  skipped: [
    { name: 'prod/hi-energy', reason: 'it is kept here already' },
    { name: 'ci/conjur-runner-copy', reason: 'host/ci/conjur-runner is kept as ci/conjur-runner' },
    { name: 'notes/wifi', reason: 'there is no key in it' },
  ],
  dropped: [{ name: 'lab/scrapebit-test', what: 'attachment invoice.pdf', why: 'attachments are not kept' }],
  notTaken: [{ name: 'prod/hi-energy', what: 'notes', why: 'prod/hi-energy is kept here without it' }],
  keptAsText: ['seat', 'owner', 'ticket'],
  replaced: [],
  renamed: [{ from: 'prod/scrapebit', to: 'prod/scrapebit-2' }],
  unconfirmed: ['staging/conjur-host-11', 'staging/conjur-host-12'],
  leftOut: [],
  notes: ['2 entries in the bin are not taken'],
}

export const exported: ExportReceipt = {
  format: 'csv',
  in: 17,
  stored: 17,
  skipped: [],
  dropped: [{ name: 'ops/pager-webhook', what: 'attachment', why: 'a table has no place for files' }],
  keptAsText: [],
  path: '/home/mira/Downloads/rekey-2026-11-21.csv',
  isPlainText: true,
  warnings: ['2 values begin as a formula does: open the table in a spreadsheet as text'],
}
