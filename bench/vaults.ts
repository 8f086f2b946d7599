import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok } from '../src-contract/result.ts'
import { openSealedStore } from '../src-main/adapters/keychain/sealed-store.ts'
import { Secret } from '../src-main/core/secret.ts'
import { emptyEntry, type Vault, type WriteOptions } from '../src-main/formats/define-format.ts'
import { encrypting, ours, withNativeCipher } from '../scripts/native-cipher.ts'
import { interleave, ratioRow, type Row, timed, shown } from './measure.ts'
import { cleanEnvironment, cli, mustRun } from './processes.ts'

/**
 * Ten thousand keys in and out: whole processes against `keepassxc-cli export` of the same KDBX file, with the key derivation
 * that KeePassXC writes; sealing Rekey's own document against the age program, which reads and writes the same bytes; and a
 * table into the sealed store.
 */
const MANY = 10_000
const PASSPHRASE = 'correct horse battery staple'
const IMPORT_LIMIT_MS = 3000

/** age asks for a passphrase on a terminal alone. */
const onTerminal = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp('age', ['age', '-p', '-o', sys.argv[2], sys.argv[1]])
asked = 0
while True:
    try:
        text = os.read(fd, 1024)
    except OSError:
        break
    if not text: break
    while asked < 2 and b'assphrase' in text:
        os.write(fd, sys.argv[3].encode() + b'\\n'); asked += 1; text = text.split(b'assphrase', 1)[1]
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

const vault: Vault = {
  notes: [],
  entries: Array.from({ length: MANY }, (_, at) => ({
    ...emptyEntry,
    name: `team-${at % 40}/key-${at}`,
    secret: `made-up-${String(at).padStart(32, '0')}`,
    account: `user-${at}@rekey.example`,
    tags: [`team-${at % 40}`],
    createdAt: '2026-03-02T10:00:00Z',
    notes: at % 10 === 0 ? 'a note' : null,
  })),
}

export async function measureVaults(rounds: number): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-bench-'))
  const path = (name: string): string => join(folder, name)
  try {
    writeFileSync(path('passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 })
    writeFileSync(path('keys.csv'), tableText())
    const env = {
      ...cleanEnvironment(),
      REKEY_HOME: path('full'),
      REKEY_KEYCHAIN: 'sealed',
      REKEY_PASSPHRASE_FILE: path('passphrase'),
    }
    await freshStore(path('full'))
    const run = (home: string, ...args: string[]) =>
      mustRun(process.execPath, [cli, ...args], { env: { ...env, REKEY_HOME: home } })
    await run(path('full'), 'import', path('keys.csv'), '--json')
    const sealed = ['--passphrase-file', path('passphrase')]
    let made = 0
    /** From the same home each time: an export is remembered, and goes along with the next. What is written is what the peer reads. */
    const outOfFull = async (file: string): Promise<number> => {
      const home = path(`home-${(made += 1)}`)
      await mustRun('cp', ['-a', path('full'), home], { env })
      const ms = await timed(() => run(home, 'export', file, '--format', 'kdbx', '--overwrite', ...sealed))
      rmSync(home, { recursive: true })
      return ms
    }
    await outOfFull(path('keys.kdbx'))
    const intoFresh = async (file: string, ...more: string[]): Promise<number> => {
      const home = path(`home-${(made += 1)}`)
      await freshStore(home)
      const ms = await timed(() => run(home, 'import', file, '--json', ...more))
      rmSync(home, { recursive: true })
      return ms
    }
    const kdbx = await interleave(rounds, {
      peer: () =>
        timed(() =>
          mustRun('keepassxc-cli', ['export', '-q', '-f', 'csv', path('keys.kdbx')], { env, input: `${PASSPHRASE}\n` }),
        ),
      import: () => intoFresh(path('keys.kdbx'), ...sealed),
      export: () => outOfFull(path('out.kdbx')),
      table: () => intoFresh(path('keys.csv')),
    })
    return [
      ratioRow(`import of ${MANY} from KDBX / keepassxc-cli export`, kdbx.import, kdbx.peer, 1.5),
      ratioRow(`export of ${MANY} to KDBX, read again / keepassxc-cli export`, kdbx.export, kdbx.peer, 1.5),
      {
        what: `import of ${MANY} from a table into the sealed store`,
        ours: shown(kdbx.table),
        theirs: '',
        value: `${(kdbx.table.median / 1000).toFixed(2)} s`,
        target: `< ${IMPORT_LIMIT_MS / 1000} s`,
        isMet: kdbx.table.median < IMPORT_LIMIT_MS,
      },
      ...(await measureAge(path, rounds)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What is measured is the source, and the build puts Node's cipher into the age library. */
function asBuilt(): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      if (!encrypting.test(url)) return loaded
      const { source } = loaded
      const code = typeof source === 'string' ? source : new TextDecoder().decode(source)
      return { ...loaded, source: withNativeCipher(code, ours.href) }
    },
  })
}

/** The program's start is in age's time, and its few milliseconds are the least of it. */
async function measureAge(path: (name: string) => string, rounds: number): Promise<readonly Row[]> {
  const env = cleanEnvironment()
  asBuilt()
  const { rekey } = await import('../src-main/formats/rekey.ts')
  const write = async (options: WriteOptions): Promise<Uint8Array> => {
    const written = await rekey.write?.(vault, options)
    if (!written?.ok) throw new Error('the vault was not written')
    return written.value.bytes
  }
  const { stderr } = await mustRun('age-keygen', ['-o', path('age.key')], { env })
  const recipient = /age1\w+/.exec(stderr)?.[0] ?? ''
  writeFileSync(path('plain.json'), await write({}))
  // some twenty milliseconds each: of a few, one that the machine disturbs would be the median
  const age = await interleave(5 * rounds, {
    ours: () => timed(() => write({ recipients: [recipient] })),
    theirs: () => timed(() => mustRun('age', ['-r', recipient, '-o', path('out.age'), path('plain.json')], { env })),
  })
  const words = await interleave(rounds, {
    ourWords: () => timed(() => write({ passphrase: PASSPHRASE })),
    theirWords: async () => {
      const ms = await timed(() =>
        mustRun('python3', ['-c', onTerminal, path('plain.json'), path('words.age'), PASSPHRASE], { env }),
      )
      if (!existsSync(path('words.age'))) throw new Error('age wrote nothing')
      rmSync(path('words.age'))
      return ms
    },
  })
  return [
    ratioRow(`${MANY} credentials sealed by passphrase / age -p`, words.ourWords, words.theirWords, 2),
    ratioRow(`${MANY} credentials sealed for a recipient / age -r`, age.ours, age.theirs, 2),
  ]
}

const tableText = (): string =>
  [
    'name,password,username,tags',
    ...vault.entries.map(({ name, secret, account, tags }) => [name, secret, account, tags[0]].join(',')),
  ].join('\n')

/** Its own key derivation is not what is measured. */
async function freshStore(home: string): Promise<void> {
  mkdirSync(home, { mode: 0o700 })
  const store = await openSealedStore({
    file: join(home, 'sealed.sqlite'),
    passphrase: async () => ok(Secret.of(PASSPHRASE)),
    create: true,
    kdf: { memoryKib: 1024, passes: 1, parallelism: 1 },
  })
  const proof = store.ok ? await store.value.prove() : store
  if (!proof.ok) throw new Error(proof.failure.code)
  if (store.ok) await store.value.close()
}
