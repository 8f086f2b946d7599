import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogFile } from '../../contract/vendor-file.ts'
import { openWorld, type Ran, type World } from './world.ts'

/**
 * Text from outside that would move a cursor, fake a line, hide or fill a screen: in names, labels, uses, notes, field names,
 * files and their names, vendors' replies. Whatever command prints it, as lines or as JSON, none of it gets through.
 */
let world: World
const ESC = '\u001b'
const evil = `${ESC}[2J${ESC}]0;owned\u0007\r\nrekey: all is well\u009b31m\u202e\u2028\u200b`
const marks = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const LONGEST_LINE = 20_000

beforeAll(async () => {
  world = await openWorld()
  const { baseUrl, key } = world.sandbox.vendors.scrapebit
  expect(await world.rekey(['add', 'scrapebit', 'prod/scrapebit', '--base-url', baseUrl], `${key}\n`)).toMatchObject({
    code: 0,
  })
})
afterAll(() => world.close())

/** Lines end in \n, and hold nothing else that a terminal obeys. */
function expectTame(ran: Ran, what: string): void {
  for (const [stream, text] of Object.entries({ stdout: ran.stdout, stderr: ran.stderr })) {
    const lines = text.split('\n')
    expect(
      lines.filter((line) => marks.test(line)).map((line) => JSON.stringify(line.slice(0, 200))),
      `${what}: ${stream}`,
    ).toEqual([])
    expect(
      lines.filter((line) => line.startsWith('rekey: all is well')),
      what,
    ).toEqual([])
    expect(Math.max(...lines.map((line) => line.length)), `${what}: ${stream}`).toBeLessThan(LONGEST_LINE)
  }
  expect(ran.code, `${what}: ${ran.stderr}`).not.toBe(1)
}

const rekeyFile = (name: string): string =>
  JSON.stringify({
    rekey: 1,
    entries: [
      {
        name,
        folder: [evil],
        secret: `key-of-${name.length}-0123456789abcdef`,
        account: evil,
        urls: [evil],
        notes: evil,
        tags: [evil, 'prod'],
        createdAt: null,
        modifiedAt: null,
        expiresAt: null,
        fields: [{ name: evil, value: evil, isSecret: false }],
        rekey: {
          vendor: evil,
          label: evil,
          baseUrl: `https://evil.example/${evil}`,
          inputs: { [evil]: evil },
          secretInputs: { [evil]: evil },
          operator: evil,
          subject: evil,
          usedBy: [evil],
          maxAgeDays: null,
          rotatedAt: null,
          caPem: evil,
          pinSha256: evil,
          history: [
            { at: '2026-01-01T00:00:00Z', event: evil, detail: { [evil]: evil, code: evil, n: 1 } },
            { at: '2026-01-01T00:00:00Z', event: 'x'.repeat(500_000), detail: { code: 'y'.repeat(500_000) } },
          ],
          fingerprints: null,
        },
      },
    ],
  })

async function everyReading(): Promise<void> {
  const listed = JSON.parse((await world.rekey(['list', '--json'])).stdout) as { readonly name: string }[]
  const commands = [
    ['list'],
    ['list', '--json'],
    ['history'],
    ['history', '--json'],
    ['doctor'],
    ['doctor', '--json'],
    ['verify', '--all', '--json'],
    ['vendors'],
    ['recover'],
    ...listed.flatMap(({ name }) => [
      ['show', name],
      ['show', name, '--json'],
    ]),
  ]
  for (const args of commands) expectTame(await world.rekey(args), args.join(' '))
}

describe('text from outside', () => {
  it('in a Rekey file, its history and its own name stays text', async () => {
    const path = join(world.folder, `keys-${ESC}[2J\u202e.json`)
    writeFileSync(path, rekeyFile(`evil ${evil}`))
    for (const more of [['--dry-run'], ['--dry-run', '--json'], [], ['--json']])
      expectTame(await world.rekey(['import', path, ...more]), `import ${more.join(' ')}`)
    const long = JSON.parse(rekeyFile('long')) as { entries: { rekey: { vendor: string }; fields: object[] }[] }
    for (const entry of long.entries) {
      entry.rekey.vendor = 'v'.repeat(500_000)
      entry.fields = [{ name: 'f'.repeat(500_000), value: 'x', isSecret: false }]
    }
    writeFileSync(join(world.folder, 'long.json'), JSON.stringify(long))
    for (const more of [['--dry-run'], []])
      expectTame(await world.rekey(['import', 'long.json', ...more]), `import long.json ${more.join(' ')}`)
    const names = JSON.parse((await world.rekey(['list', '--json'])).stdout) as { readonly label: string | null }[]
    expect(names.filter(({ label }) => label?.includes(ESC))).toHaveLength(2)
    await everyReading()
  })

  it('in tables and dotenv files, good or broken, stays text', async () => {
    const files: Readonly<Record<string, string>> = {
      'a.csv': `name,password,notes,${evil.replaceAll('\n', ' ')}\n"b${evil}",one-key-0123456789abcdef,"${evil}",x\n`,
      'broken.csv': `name,password\n"${evil},x`,
      '.env': `API_KEY=one-key-0123456789abcde\nA${ESC}[2J_TOKEN=one-key-0123456789abcdff\n# ${evil}\n`,
      'broken.json': `{"rekey":1,"entries":[{"${ESC.replace(ESC, String.raw`\u001b`)}[2J":1}]}`,
      'bitwarden.json': JSON.stringify({
        encrypted: false,
        folders: [],
        items: [
          {
            type: 1,
            name: evil,
            notes: evil,
            fields: [{ name: evil, value: evil, type: 0 }],
            login: { password: 'one-key-0123456789abcdgg', username: evil, uris: [{ uri: evil }] },
          },
        ],
      }),
    }
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(world.folder, name), text)
      for (const more of [['--dry-run'], [], ['--json']])
        expectTame(await world.rekey(['import', name, ...more]), `import ${name} ${more.join(' ')}`)
    }
    await everyReading()
  })

  it('on the command line stays text in every complaint', async () => {
    const words = evil.replaceAll('\u0000', '')
    const lines: readonly (readonly string[])[] = [
      ...['show', 'get', 'rotate', 'verify', 'set', 'remove', 'history', 'recover', 'import', words].map((word) => [
        word,
        words,
      ]),
      ['rename', words, words],
      ['rename', 'prod/scrapebit', words],
      ['edit', 'prod/scrapebit', '--label', words],
      ['edit', words, '--label', words],
      ['add', words, words],
      ['add', 'scrapebit', 'x', '--base-url', words],
      ['add', 'hienergy', 'x', '--input', `user-id=${words}`],
      ['add', 'hienergy', 'x', '--input', words],
      ['list', '--tag', words],
      ['list', '--state', words],
      ['list', `--${words}`],
      ['run', '--env', words, '--', 'true'],
      ['run', '--env', `A=${words}`, '--', 'true'],
      ['run', '--', words],
      ['vendor', 'check', words],
      ['vendor', 'trust', words],
      ['export', join(world.folder, words.replaceAll('/', '')), '--format', words],
      ['vendors', words],
    ]
    for (const args of lines)
      for (const more of [[], ['--json']])
        if (!(args[0] === 'run' && more.length > 0))
          expectTame(await world.rekey([...args, ...more], 'k\n'), args.join(' '))
    await everyReading()
  })

  it('in a vendor file that is refused, and in its name, stays text', async () => {
    const folder = join(world.home, 'vendors')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const [name, text] of [
      ['bad.yaml', catalogFile('scrapebit').replace('name: Scrapebit', `name: Scrape${ESC}[2Jbit`)],
      [`e${ESC}[2J.yaml`, `id: ${evil}\n`],
      ['keys.yaml', `"${String.raw`\u001b[2J`}": 1\n`],
    ] as const) {
      writeFileSync(join(folder, name), text, { mode: 0o600 })
      for (const word of ['check', 'trust'])
        expectTame(await world.rekey(['vendor', word, join(folder, name)]), `vendor ${word} ${name}`)
    }
    await everyReading()
  })

  it('in a vendor’s reply never reaches anybody', async () => {
    for (const fault of [
      { kind: 'garbage' },
      { kind: 'garbage', part: 'reply' },
      { kind: 'portal' },
      { kind: 'redirect', location: `https://evil.example/${encodeURIComponent(evil)}` },
      { kind: 'status', status: 500, body: 'html' },
    ] as const) {
      world.sandbox.inject({ vendor: 'scrapebit', ...fault })
      expectTame(await world.rekey(['rotate', 'prod/scrapebit', '--yes']), fault.kind)
      expectTame(await world.rekey(['recover', '--show-reply', 'prod/scrapebit']), `the reply of ${fault.kind}`)
      world.sandbox.clearFaults()
    }
    await everyReading()
  })
})
