import { execFile, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { distCli, openWorld, type World } from './world.ts'

/** A person at a real terminal: what is shown, what is never echoed, and that Enter is always the safe answer. */
const player = join(import.meta.dirname, '../../fixtures/play-terminal.py')
/** The interpreter itself: what is on the path may be a slow script that looks for it. */
const found = spawnSync('python3', ['-c', 'import pty, sys, termios; print(sys.executable)'], { encoding: 'utf8' })
const hasTerminal = found.status === 0
if (!hasTerminal) process.stderr.write('skipped: no python3 with pty, so no terminal to play against\n')

type Played = {
  readonly screen: string
  readonly code: number
  readonly isRestored: boolean
  readonly left: readonly unknown[]
}
type Script = readonly (readonly [string | null, string])[]

let world: World
const run = promisify(execFile)

async function play(args: readonly string[], script: Script, env: Record<string, string> = {}): Promise<Played> {
  const { stdout } = await run(
    found.stdout.trim(),
    ['-S', player, JSON.stringify(script), process.execPath, distCli, ...args],
    {
      cwd: world.folder,
      env: { ...world.env, TERM: 'xterm', ...env },
      maxBuffer: 1 << 20,
    },
  )
  const played = JSON.parse(stdout) as Played
  expect(played.left, `never asked: ${played.screen}`).toEqual([])
  expect(played.isRestored, 'the terminal is put back').toBe(true)
  return played
}

describe.skipIf(!hasTerminal)('at a terminal', () => {
  beforeAll(async () => {
    world = await openWorld()
    const { scrapebit, projectdiscovery, userplane } = world.sandbox.vendors
    const adding: readonly (readonly [string, string, { readonly baseUrl: string; readonly key: string }])[] = [
      ['scrapebit', 'prod/scrapebit', scrapebit],
      ['projectdiscovery', 'prod/pd', projectdiscovery],
      ['userplane', 'ops/userplane', userplane],
    ]
    for (const [vendor, name, { baseUrl, key }] of adding) {
      const added = await world.rekey(['add', vendor, name, '--base-url', baseUrl], `${key}\n`)
      expect(added, added.stderr).toMatchObject({ code: 0 })
    }
  })
  afterAll(() => world.close())

  it('asks for a key and echoes nothing of it, pasted with marks or typed and mended', async () => {
    const pasted = await play(
      ['add', 'other', 'pasted'],
      [['(hidden): ', '\u001b[200~sk_live_pasted_0123\u001b[201~\r']],
    )
    expect(pasted).toMatchObject({ code: 0 })
    expect(pasted.screen).not.toContain('sk_live')
    expect((await world.rekey(['get', 'pasted'])).stdout).toBe('sk_live_pasted_0123\n')
    const typed = await play(
      ['add', 'other', 'typed'],
      [['key of typed (hidden): ', 'wrong\u0015sk_live_typed_012x\u007f3\r']],
    )
    expect(typed.screen).not.toContain('sk_live')
    expect((await world.rekey(['get', 'typed'])).stdout).toBe('sk_live_typed_0123\n')
  })

  it('keeps nothing of an empty key, and gives the prompt back on Ctrl-C and Ctrl-D', async () => {
    expect(await play(['add', 'other', 'empty'], [['(hidden): ', '\r']])).toMatchObject({ code: 2 })
    expect(await play(['add', 'other', 'empty'], [['(hidden): ', 'sk_live\u0003']])).toMatchObject({ code: 130 })
    const ended = await play(['add', 'other', 'empty'], [['(hidden): ', '\u0004']])
    expect(ended).toMatchObject({ code: 3 })
    expect(ended.screen).toContain('nothing changed')
    expect((await world.rekey(['show', 'empty'])).code).toBe(2)
  })

  it('says what dies before it rotates; Enter, n and Ctrl-C keep the old key', async () => {
    for (const [answer, code] of [
      ['\r', 3],
      ['n\r', 3],
      ['yess\r', 3],
      ['\u0003', 130],
    ] as const) {
      const { screen, ...played } = await play(['rotate', 'prod/scrapebit'], [['rotate it now? [y/N] ', answer]])
      expect(played.code, JSON.stringify(answer)).toBe(code)
      expect(screen).toContain('prod/scrapebit')
      expect(screen).toMatch(/replaces the key ending \w{4}/)
      expect(screen).toContain('once an hour')
    }
    expect(world.sandbox.log.filter(({ class: kind }) => kind === 'mint')).toEqual([])
    expect((await world.rekey(['get', 'prod/scrapebit'])).stdout).toBe(`${world.sandbox.vendors.scrapebit.key}\n`)
  })

  it('rotates on y, shows where it is, and takes the progress away again', async () => {
    world.sandbox.configure('scrapebit', { latencyMs: 300 })
    const played = await play(['rotate', 'prod/scrapebit'], [['[y/N] ', 'y\r']])
    expect(played).toMatchObject({ code: 0 })
    expect(played.screen).toMatch(/prod\/scrapebit {2}sent; waiting for the answer/)
    expect(played.screen).toContain('rotated; the old key is dead')
    expect(played.screen.slice(played.screen.lastIndexOf('\u001b[0J'))).not.toContain('waiting')
    expect(played.screen).toContain('\u001b[32m')
    const { key } = world.sandbox.vendors.scrapebit
    expect(world.sandbox.keyState('scrapebit', key)).toBe('dead')
    expect(played.screen).not.toContain(world.sandbox.currentKey('scrapebit') ?? 'none')
  })

  it('has no colour with NO_COLOR, --no-color or a dumb terminal, and no progress with --quiet', async () => {
    for (const [args, env] of [
      [['list'], { NO_COLOR: '1' }],
      [['list', '--no-color'], {}],
      [['list'], { TERM: 'dumb' }],
    ] as const) {
      expect((await play(args, [], env)).screen).not.toContain('\u001b[')
    }
    world.sandbox.configure('projectdiscovery', { latencyMs: 300 })
    const quiet = await play(['rotate', 'prod/pd', '--yes', '--quiet'], [])
    expect(quiet.screen).not.toContain('waiting for the answer')
    expect(quiet).toMatchObject({ code: 0 })
  })

  it('shows a key only when it is asked for twice', async () => {
    const refused = await play(['get', 'typed'], [])
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.screen).not.toContain('sk_live')
    expect((await play(['get', 'typed', '--reveal'], [])).screen).toContain('sk_live_typed_0123\r\n')
  })

  it('leads through a dashboard: steps, link, expiry, and a failed paste asked again', async () => {
    const fresh = world.sandbox.dashboardRotate('userplane', undefined, { expiryDays: 30 })
    const wrong = 'uspl_0000000000000000000000000000'
    const played = await play(
      ['rotate', 'ops/userplane'],
      [
        ['which expiry did you choose there? [1] ', '9\r'],
        ['please', '3\r'],
        ['new key of ops/userplane (hidden): ', `${wrong}\r`],
        ['new key of ops/userplane (hidden): ', 'two words\r'],
        ['new key of ops/userplane (hidden): ', `${fresh}\r`],
      ],
    )
    expect(played, played.screen).toMatchObject({ code: 0 })
    expect(played.screen).toContain('rotates in its dashboard only')
    expect(played.screen).toMatch(/https:\/\/\S*userplane/)
    expect(played.screen).toMatch(/^ {2}1 {2}\S/m)
    expect(played.screen).toContain('refuses that key')
    for (const key of [fresh, wrong, 'two words']) expect(played.screen).not.toContain(key)
    expect((await world.rekey(['get', 'ops/userplane'])).stdout).toBe(`${fresh}\n`)
  })

  it('leaves a dashboard rotation waiting on Ctrl-C, and goes on with it later', async () => {
    const stopped = await play(
      ['rotate', 'ops/userplane'],
      [
        ['[1] ', '\r'],
        ['(hidden): ', '\u0003'],
      ],
    )
    expect(stopped.screen).toContain('waiting for its new key: rekey rotate ops/userplane goes on')
    expect([4, 130]).toContain(stopped.code)
    const listed = JSON.parse((await world.rekey(['list', '--json', '--vendor', 'userplane'])).stdout) as unknown
    expect(listed).toMatchObject([{ state: 'guided-waiting' }])
    const fresh = world.sandbox.dashboardRotate('userplane')
    const done = await play(
      ['rotate', 'ops/userplane'],
      [
        ['[1] ', '\r'],
        ['(hidden): ', `${fresh}\r`],
      ],
    )
    expect(done).toMatchObject({ code: 0 })
  })

  it('asks before it forgets; the passphrase is asked for where there is no file', async () => {
    expect(await play(['remove', 'pasted'], [['[y/N] ', '\r']])).toMatchObject({ code: 3 })
    expect((await world.rekey(['show', 'pasted'])).code).toBe(0)
    const asked = await play(
      ['get', 'typed', '--reveal'],
      [['passphrase of the sealed store (hidden): ', 'correct horse battery staple\r']],
      { REKEY_PASSPHRASE_FILE: '' },
    )
    expect(asked.screen).toContain('sk_live_typed_0123')
    expect(asked.screen).not.toContain('battery')
    const wrong = await play(['get', 'typed', '--reveal'], [['(hidden): ', 'wrong\r']], { REKEY_PASSPHRASE_FILE: '' })
    expect(wrong).toMatchObject({ code: 5 })
    expect(wrong.screen).toContain('the passphrase is wrong')
    expect(await play(['remove', 'pasted'], [['[y/N] ', 'y\r']])).toMatchObject({ code: 0 })
    expect((await world.rekey(['show', 'pasted'])).code).toBe(2)
  })

  it("shows a vendor's sealed reply, escaped", async () => {
    world.sandbox.advance(7_200_000)
    world.sandbox.inject({ vendor: 'projectdiscovery', kind: 'garbage' })
    const rotated = await world.rekey(['rotate', 'prod/pd', '--yes', '--json'])
    expect(rotated.code).toBe(4)
    const shown = await play(['recover', 'prod/pd', '--show-reply'], [])
    expect(shown, shown.screen).toMatchObject({ code: 0 })
    expect(shown.screen).toContain('HTTP/1.1 200')
  })

  it('shows what an import would do and takes Enter for no; what is sealed is asked for twice, what is clear in words', async () => {
    const file = join(world.folder, 'keys.csv')
    writeFileSync(file, 'name,password\nnew/one,made-up-key-1\nops/userplane,another-key-2\n')
    const no = await play(
      ['import', file],
      [
        ['[1] ', '\r'],
        ['[y/N]', '\r'],
      ],
    )
    expect(no).toMatchObject({ code: 3 })
    expect(no.screen).toContain('new/one (other, line 2)')
    expect(no.screen).toContain('take 1 of these 2 entries in and leave 1 out?')
    expect(no.screen).not.toContain('made-up')
    expect((await world.rekey(['show', 'new/one'])).code).toBe(2)
    const yes = await play(['import', file, '--on-conflict', 'skip'], [['[y/N]', 'y\r']])
    expect(yes).toMatchObject({ code: 0 })
    expect((await world.rekey(['get', 'new/one'])).stdout).toBe('made-up-key-1\n')

    const out = (name: string): string => join(world.folder, name)
    const differs = await play(
      ['export', out('a.kdbx'), '--format', 'kdbx', '--only', 'new/one'],
      [
        ['(hidden): ', 'one passphrase\r'],
        ['again (hidden): ', 'another\r'],
      ],
    )
    expect(differs.code).toBe(2)
    // what stops it anyway is said before anything is typed
    for (const [stop, says] of [
      [[out('a.kdbx'), '--only', 'new/nobody'], 'no credential is called new/nobody'],
      [[out('a.kdbx'), '--only', 'prod/pd'], 'a rotation of prod/pd is still open'],
      [[out('a.kdbx'), '--tag', 'nowhere'], 'there is nothing to export'],
      [[file], 'exists already'],
      [[out('nowhere/a.kdbx')], 'its folder is not there'],
    ] as const) {
      const stopped = await play(['export', ...stop, '--format', 'kdbx'], [])
      expect(stopped, stopped.screen).toMatchObject({ code: says.includes('rotation') ? 4 : 2 })
      expect(stopped.screen).toContain(says)
      expect(stopped.screen).not.toContain('(hidden)')
    }
    // whoever stops is told of files, for nothing would have been sent
    writeFileSync(out('stop.csv'), 'name,password\nstop/one,made-up-key-9\n')
    for (const [stopped, answers] of [
      [['export', out('a.kdbx'), '--format', 'kdbx', '--only', 'new/one'], [['(hidden): ', '\u0003']]],
      [['import', out('stop.csv')], [['[y/N]', '\u0003']]],
      [['import', out('stop.csv')], [['[y/N]', '\r']]],
      [['backup'], [['(hidden): ', '\u0003']]],
    ] as const) {
      const { screen } = await play(stopped, answers)
      expect(screen).toContain('stopped before anything was written')
      expect(screen).not.toContain('sent')
    }
    const nowhere = await play(['backup', out('nowhere')], [])
    expect(nowhere).toMatchObject({ code: 2 })
    expect(nowhere.screen).not.toContain('(hidden)')
    const sealed = await play(
      ['export', out('a.kdbx'), '--format', 'kdbx', '--only', 'new/one'],
      [
        ['(hidden): ', 'one passphrase\r'],
        ['again (hidden): ', 'one passphrase\r'],
      ],
    )
    expect(sealed.code).toBe(0)
    expect(sealed.screen).not.toContain('one passphrase')
    const opened = await play(['import', out('a.kdbx'), '--dry-run'], [['(hidden): ', 'one passphrase\r']])
    expect(opened.screen).toContain('1 same')

    // stopped while the file is read, which takes about a second: nothing of it is taken
    writeFileSync(out('words'), 'one passphrase\n')
    const words = ['--passphrase-file', out('words')]
    const slow = ['export', out('slow.rekey'), '--format', 'rekey', ...words, '--only', 'new/one']
    expect(await world.rekey(slow)).toMatchObject({ code: 0 })
    const taking = ['import', out('slow.rekey'), ...words, '--on-conflict', 'rename', '--yes']
    const left = await play(taking, [['reading', '\u0003']])
    expect(left, left.screen).toMatchObject({ code: 130 })
    expect(left.screen).toContain('stopped before anything was written')
    expect(left.screen).not.toContain(' in, ')

    const clear = ['export', out('a.csv'), '--format', 'csv', '--plain-text', '--only', 'new/one']
    const unsaid = await play(clear, [['type plain text to go on: ', 'yes\r']])
    expect(unsaid).toMatchObject({ code: 3 })
    expect(unsaid.screen).toContain('the file will hold the key of new/one in clear')
    expect(existsSync(out('a.csv'))).toBe(false)
    expect(await play(clear, [['type plain text to go on: ', 'plain text\r']])).toMatchObject({ code: 0 })
    expect(await play([...clear, '--overwrite', '--yes'], [])).toMatchObject({ code: 0 })
  })

  it('asks what becomes of what stands in the way before it asks whether to go on, and refuses nothing behind a yes', async () => {
    const file = join(world.folder, 'unclear.csv')
    const lines = ['way/one,way-key-1', 'way/two,way-key-2', 'way/two,way-key-3', 'way/lines,"way\nkey"']
    writeFileSync(file, `name,password\n${lines.join('\n')}\n`)
    expect((await world.rekey(['import', file])).code).toBe(2)
    const stopped = await play(
      ['import', file],
      [
        ['[1] ', '2\r'],
        ['and leave 1 out? [y/N]', '\r'],
      ],
    )
    expect(stopped).toMatchObject({ code: 3 })
    const taken = await play(
      ['import', file],
      [
        ['1 entry stands in the way of another; what to do? [1] ', '\r'],
        ['take 2 of these 4 entries in and leave 2 out? [y/N]', 'y\r'],
      ],
    )
    expect(taken, taken.screen).toMatchObject({ code: 0 })
    expect(taken.screen).toContain('skipped way/lines: its key has more than one line')

    const again = ['way/one,way-key-4', 'way/two,way-key-3', 'way/new,way-key-5']
    writeFileSync(file, `name,password\n${again.join('\n')}\n`)
    const single = await play(
      ['import', file],
      [
        ['  4  decide one by one\r\n2 entries stand in the way of another; what to do? [1] ', '4\r'],
        ['way/one (line 2)? [1] ', '3\r'],
        ['way/two (line 3)? [1] ', '\r'],
        ['take 2 of these 3 entries in and leave 1 out? [y/N]', 'y\r'],
      ],
    )
    expect(single, single.screen).toMatchObject({ code: 0 })
    expect((await world.rekey(['get', 'way/one'])).stdout).toBe('way-key-4\n')
    expect((await world.rekey(['get', 'way/two'])).stdout).toBe('way-key-2\n')
    expect((await world.rekey(['get', 'way/new'])).stdout).toBe('way-key-5\n')

    // where nothing can be taken, nothing is asked
    writeFileSync(file, 'name,password\nway/one,way-key-4\n')
    const nothing = await play(['import', file], [])
    expect(nothing, nothing.screen).toMatchObject({ code: 0 })
    expect(nothing.screen).toContain('1 in, 0 stored, 1 skipped')
    writeFileSync(file, 'name,password\nway/lines,"way\nkey"\n')
    expect(await play(['import', file], [])).toMatchObject({ code: 2 })
  })

  it('asks on a line of its own, and draws nothing over a question that waits', async () => {
    const file = join(world.folder, 'slow.csv')
    writeFileSync(file, 'name,password\nslow/one,slow-key-1\n')
    const store = 'passphrase of the sealed store (hidden): '
    const seen = await play(['import', file, '--dry-run'], [[store, 'correct horse battery staple\r']], {
      REKEY_PASSPHRASE_FILE: '',
    })
    expect(seen, seen.screen).toMatchObject({ code: 0 })
    expect(seen.screen).toContain(`\r\u001b[K${store}\r\n`)
  })

  it('asks for a passphrase beside a key file, both ways, and again where it was mistyped', async () => {
    const [file, key] = [join(world.folder, 'both.kdbx'), join(world.folder, 'both.key')]
    writeFileSync(key, 'some bytes that only this file has')
    const way = ['export', file, '--format', 'kdbx', '--key-file', key, '--only', 'pasted-two', '--overwrite']
    expect((await world.rekey(['add', 'other', 'pasted-two'], 'made-up-key-22\n')).code).toBe(0)
    const both = await play(way, [
      ['[1] ', '\r'],
      ['(hidden): ', 'one passphrase\r'],
      ['again (hidden): ', 'one passphrase\r'],
    ])
    expect(both, both.screen).toMatchObject({ code: 0 })
    const open = ['import', file, '--key-file', key, '--dry-run']
    const opened = await play(open, [
      ['passphrase of', 'mistyped\r'],
      ['it does not open with that', ''],
      ['beside the key file (hidden): ', 'one passphrase\r'],
    ])
    expect(opened.screen).toContain('1 same')
    const never = await play(open, [
      ['(hidden): ', 'a\r'],
      ['(hidden): ', 'b\r'],
      ['(hidden): ', 'c\r'],
    ])
    expect(never).toMatchObject({ code: 2 })
    expect(await play(way, [['[1] ', '2\r']])).toMatchObject({ code: 0 })
    expect((await play(open, [])).screen).toContain('1 same')
  })
})
