import { spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { openLocks } from '../../../src-main/adapters/locks/sqlite-locks.ts'
import { openBegunExports } from '../../../src-main/adapters/vaults/begun-exports.ts'
import { openVaultFiles } from '../../../src-main/adapters/vaults/vault-files.ts'

const writer = join(import.meta.dirname, 'writer.ts')

let folder: string
let place: string
let children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekey-begun-'))
  place = join(folder, 'place')
  for (const each of ['locks', 'place']) mkdirSync(join(folder, each), { mode: 0o700 })
})
afterEach(async () => {
  await Promise.all(children.map(kill))
  children = []
  rmSync(folder, { recursive: true, force: true })
})

const locks = () => openLocks(join(folder, 'locks'))
const begun = () => openBegunExports({ folder: join(folder, 'exports'), locks: locks() })
const notes = () => (existsSync(join(folder, 'exports')) ? readdirSync(join(folder, 'exports')) : [])
const at = (name: string) => join(place, name)
const write = (name: string) =>
  openVaultFiles({ userFolder: null, begun: begun() }).write(at(name), Buffer.from('a key in clear'), {
    overwrite: false,
    look: async () => ok(undefined),
  })

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve))
async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await ended(child)
}

/** Another process, once its file stands in clear beside its place. */
async function writing(name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [writer, folder, at(name)], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve)
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)))
  })
  return child
}

async function killed(name: string): Promise<string> {
  await kill(await writing(name))
  return at(readdirSync(place).find((each) => each.startsWith(`.${name}.`)) ?? '')
}

describe('an export that begins', () => {
  it('is noted before its file is made, and leaves no note behind', async () => {
    const child = await writing('all.csv')
    const [part = ''] = readdirSync(place)
    expect(lstatSync(at(part)).mode & 0o777).toBe(0o600)
    expect(notes()).toEqual([/\.([0-9a-f]{12})\.part$/.exec(part)?.[1]])
    expect(JSON.parse(readFileSync(join(folder, 'exports', notes()[0] ?? ''), 'utf8'))).toMatchObject({
      path: at(part),
    })
    child.stdin?.write('go on\n')
    await ended(child)
    expect(readdirSync(place)).toEqual(['all.csv'])
    expect(notes()).toEqual([])
    expect(await write('all.csv')).toMatchObject({ ok: false, failure: { code: 'vault-exists' } })
    expect(notes()).toEqual([])
  })

  it('makes no file where it cannot be noted', async () => {
    writeFileSync(join(folder, 'exports'), 'no folder')
    const failure = { code: 'vault-unsafe', fields: { file: at('all.csv') } }
    expect(await write('all.csv')).toMatchObject({ ok: false, failure })
    expect(readdirSync(place)).toEqual([])
    expect(locks().exclusive('export')).not.toBeNull()
  })

  it.runIf(process.platform !== 'win32')('is noted whatever its name', async () => {
    expect(await write('all\nof\u2028them.csv')).toEqual({ ok: true, value: undefined })
    const part = await killed('all\nof\u2028them.csv.txt')
    expect(await begun().tidy()).toEqual([])
    expect(existsSync(part)).toBe(false)
  })

  it('does not lie among the notes, where it would be taken for one that was cut short', async () => {
    expect(await write('first.csv')).toMatchObject({ ok: true })
    symlinkSync(join(folder, 'exports'), at('elsewhere'))
    expect(await write('elsewhere/0123456789ab')).toMatchObject({ ok: false, failure: { code: 'vault-unsafe' } })
    expect(notes()).toEqual([])
    expect(await write('second.csv')).toMatchObject({ ok: true })
  })

  it('is not kept from its place by another one there that is over meanwhile', async () => {
    const alive = await writing('all.csv')
    const [part = ''] = readdirSync(place)
    const old = Array.from({ length: 100 }, (_, index) => at(`.all.csv.000000000${100 + index}.part`))
    for (const path of old) {
      writeFileSync(path, 'of long ago')
      utimesSync(path, 1, 1)
    }
    const written = openVaultFiles({ userFolder: null, begun: begun() }).write(at('all.csv'), Buffer.from('a key'), {
      overwrite: true,
      look: async () => ok(undefined),
    })
    await expect.poll(() => existsSync(old[0] ?? ''), { interval: 0 }).toBe(false)
    rmSync(at(part))
    expect(await written).toEqual({ ok: true, value: undefined })
    await kill(alive)
  })

  it('waits for whoever is tidying', async () => {
    const lease = locks().exclusive('export')
    const written = write('all.csv')
    setTimeout(() => lease?.release(), 200)
    expect(await written).toEqual({ ok: true, value: undefined })
  })
})

describe('what a killed export left', () => {
  it('goes at the next look, and nothing else does', async () => {
    const part = await killed('all.csv')
    const others = ['.all.csv.0123456789ab.part', 'all.csv.part', 'mine.csv']
    for (const name of others) writeFileSync(at(name), 'somebody’s', { mode: 0o600 })
    expect(readFileSync(part, 'utf8')).toBe('a key in clear')
    expect(await begun().tidy()).toEqual([])
    expect(readdirSync(place).sort()).toEqual(others.sort())
    expect(notes()).toEqual([])
  })

  it('waits while another export is at work, whose file is left alone', async () => {
    const part = await killed('dead.csv')
    const alive = await writing('alive.csv')
    expect(await begun().tidy()).toEqual([])
    expect(existsSync(part)).toBe(true)
    expect(readdirSync(place)).toHaveLength(2)
    alive.stdin?.write('go on\n')
    await ended(alive)
    expect(await begun().tidy()).toEqual([])
    expect(readdirSync(place)).toEqual(['alive.csv'])
  })

  it('stays where it is no longer exactly that file, and is named each time', async () => {
    const mine = join(folder, 'mine.txt')
    writeFileSync(mine, 'not yours', { mode: 0o600 })
    const spoil: readonly (readonly [string, (part: string) => void])[] = [
      ['others were let in', (part) => chmodSync(part, 0o644)],
      ['something else is there', (part) => (rmSync(part), symlinkSync(mine, part))],
      ['something else is there', (part) => (rmSync(part), mkdirSync(part))],
      ...(process.getuid?.() === 0
        ? [['it belongs to another user', (part: string) => chownSync(part, 12_345, 12_345)] as const]
        : []),
    ]
    for (const [why, change] of spoil) {
      const path = await killed('all.csv')
      change(path)
      const left = [{ path, why, note: expect.stringContaining(join(folder, 'exports')) }]
      expect(await begun().tidy()).toEqual(left)
      expect(await begun().tidy()).toEqual(left)
      expect(readFileSync(mine, 'utf8')).toBe('not yours')
      rmSync(path, { recursive: true })
      expect(await begun().tidy()).toEqual([])
      expect(notes()).toEqual([])
    }
  })

  it('is waited for where its disk is away', async () => {
    const path = await killed('all.csv')
    renameSync(place, `${place}-away`)
    expect(await begun().tidy()).toMatchObject([{ path, why: 'its folder is not there' }])
    renameSync(`${place}-away`, place)
    expect(await begun().tidy()).toEqual([])
    expect(readdirSync(place)).toEqual([])
  })

  it('is not taken for gone where another folder is at its place, such as the one under a disk', async () => {
    const path = await killed('all.csv')
    renameSync(place, `${place}-away`)
    mkdirSync(place)
    const left = [{ path, why: 'another folder is where its folder was' }]
    expect(await begun().tidy()).toMatchObject(left)
    expect(await begun().tidy()).toMatchObject(left)
    rmSync(place, { recursive: true })
    renameSync(`${place}-away`, place)
    expect(await begun().tidy()).toEqual([])
    expect(readdirSync(place)).toEqual([])
  })

  it('is not forgotten where its note cannot be read', async () => {
    const path = await killed('all.csv')
    const [name = ''] = notes()
    const note = join(folder, 'exports', name)
    renameSync(note, `${note}.away`)
    symlinkSync(name, note)
    expect(await begun().tidy()).toMatchObject([{ why: 'it cannot be read (ELOOP)', note }])
    expect(existsSync(path)).toBe(true)
    renameSync(`${note}.away`, note)
    expect(await begun().tidy()).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  it('is nothing where the note was cut short or names another file', async () => {
    const mine = at('.mine.0123456789ab.part')
    writeFileSync(mine, 'not yours', { mode: 0o600 })
    mkdirSync(join(folder, 'exports'), { mode: 0o700 })
    const whole = JSON.stringify({ path: mine, folder: '1' })
    const other = JSON.stringify({ path: folder, folder: '1' })
    for (const text of ['', whole.slice(0, -9), whole, other, JSON.stringify({ path: mine }), '7', 'null']) {
      writeFileSync(join(folder, 'exports', 'ba9876543210'), text)
      expect(await begun().tidy()).toEqual([])
      expect(notes()).toEqual([])
    }
    expect(readFileSync(mine, 'utf8')).toBe('not yours')
  })
})
