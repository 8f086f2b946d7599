import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { PlantedSecret } from './planted-secrets.ts'

/**
 * Looks for planted secrets in files, in their names, and in captured output: as they are, in every encoding that a log,
 * a database, a URL or a core dump may give them, and in part. A part of at least eight characters counts: a tail of
 * four may be shown, half a key may not.
 */

export type Hit = {
  /** The label of the secret; the value stays out of test output. */
  readonly secret: string
  /** A file, a name or the label of an output. */
  readonly where: string
  readonly how: string
}
export type Output = { readonly label: string; readonly bytes: string | Uint8Array }

const partLength = 8

const utf16 = (text: string, isBigEndian: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

/** Base64 of bytes that stand anywhere in a longer text: the three alignments, without the ends that neighbours change. */
function base64Forms(text: string, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
      .toString(encoding)
      .replaceAll('=', '')
    const start = [0, 2, 3][shift] ?? 0
    const whole = (shift + Buffer.byteLength(text)) % 3 === 0
    return encoded.slice(start, whole ? undefined : -1)
  })
}

const percentEncoded = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

type Needle = { readonly how: string; readonly bytes: Buffer; readonly ignoresCase: boolean }

/** Every form in which a value is looked for. */
export function needlesOf(value: string): Needle[] {
  const exact = (how: string, bytes: string | Buffer): Needle => ({
    how,
    bytes: Buffer.from(bytes),
    ignoresCase: false,
  })
  const loose = (how: string, text: string): Needle => ({
    how,
    bytes: Buffer.from(text.toLowerCase()),
    ignoresCase: true,
  })
  const parts: Needle[] = []
  for (let at = 0; at + partLength <= value.length; at += 1) {
    parts.push(exact('part', value.slice(at, at + partLength)))
  }
  const hex = Buffer.from(value).toString('hex')
  return [
    exact('plain', value),
    ...base64Forms(value, 'base64').map((form) => exact('base64', form)),
    ...base64Forms(value, 'base64url').map((form) => exact('base64url', form)),
    loose('hex', hex),
    loose('hex, spaced', hex.replace(/..(?!$)/g, '$& ')),
    exact('url-encoded', encodeURIComponent(value)),
    loose('percent-encoded', percentEncoded(value)),
    loose('json-escaped', [...value].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')),
    exact('utf-16le', utf16(value, false)),
    exact('utf-16be', utf16(value, true)),
    exact('byte list', [...Buffer.from(value)].join(',')),
    exact('reversed', [...value].reverse().join('')),
    exact('upper case', value.toUpperCase()),
    exact('lower case', value.toLowerCase()),
    ...parts,
  ]
}

/** What a compressed log or body holds; compressed bytes anywhere else are beyond this search. */
function* readings(bytes: Buffer): Generator<Buffer> {
  yield bytes
  for (const inflate of [gunzipSync, inflateSync, brotliDecompressSync]) {
    try {
      yield inflate(bytes, { maxOutputLength: 64 * 1024 * 1024 })
    } catch {
      // not compressed this way
    }
  }
}

function* filesBelow(path: string): Generator<string> {
  if (!lstatSync(path).isDirectory()) yield path
  else for (const name of readdirSync(path)) yield* filesBelow(join(path, name))
}

/** Where a needle may begin is told by its first four bytes; only there is it compared. */
type Sieve = { readonly mayBegin: Uint8Array; readonly byStart: ReadonlyMap<number, readonly Marked[]> }
type Marked = { readonly secret: number; readonly form: number; readonly bytes: Buffer }

const slotOf = (start: number): number => Math.imul(start, 0x9e3779b1) >>> 10

function sieveOf(marked: readonly Marked[]): Sieve {
  const mayBegin = new Uint8Array(2 ** 22)
  const byStart = new Map<number, Marked[]>()
  for (const one of marked) {
    if (one.bytes.length < 4) throw new Error('too short to be looked for')
    const start = one.bytes.readInt32LE(0)
    mayBegin[slotOf(start)] = 1
    byStart.set(start, [...(byStart.get(start) ?? []), one])
  }
  return { mayBegin, byStart }
}

/** The first form of each secret that is in these bytes: secret and form by their numbers. */
function sift({ mayBegin, byStart }: Sieve, bytes: Buffer, found: Map<number, number>): void {
  let start = 0
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    start = at === 0 ? bytes.readInt32LE(0) : (start >>> 8) | (bytes[at + 3]! << 24)
    if (mayBegin[slotOf(start)] === 0) continue
    for (const { secret, form, bytes: needle } of byStart.get(start) ?? []) {
      if (form >= (found.get(secret) ?? Infinity)) continue
      if (bytes.compare(needle, 0, needle.length, at, Math.min(bytes.length, at + needle.length)) === 0) {
        found.set(secret, form)
      }
    }
  }
}

/**
 * Returns the first form found of each secret in each place; an empty list means none. Follows no links (their targets are
 * read as text) and throws for a path that does not exist: a place that was not looked at is not clean.
 */
export function findSecrets(
  paths: readonly string[],
  outputs: readonly Output[],
  secrets: readonly PlantedSecret[],
): Hit[] {
  const forms = secrets.map(({ value }) => needlesOf(value))
  const marked = (ignoresCase: boolean): readonly Marked[] =>
    forms.flatMap((needles, secret) =>
      needles.flatMap((needle, form) =>
        needle.ignoresCase === ignoresCase ? [{ secret, form, bytes: needle.bytes }] : [],
      ),
    )
  const [exact, loose] = [sieveOf(marked(false)), sieveOf(marked(true))]
  const hits: Hit[] = []
  const search = (where: string, bytes: Buffer): void => {
    for (const reading of readings(bytes)) {
      const found = new Map<number, number>()
      sift(exact, reading, found)
      // latin1 keeps every byte and lowers only ASCII letters and a few above, the same in both.
      sift(loose, Buffer.from(reading.toString('latin1').toLowerCase(), 'latin1'), found)
      for (const [secret, form] of [...found].toSorted(([one], [two]) => one - two)) {
        hits.push({ secret: secrets[secret]!.label, where, how: forms[secret]![form]!.how })
      }
    }
  }
  for (const root of paths) {
    for (const file of filesBelow(root)) {
      const stat = lstatSync(file)
      search(`the name ${file.slice(root.length)} in ${root}`, Buffer.from(file.slice(root.length)))
      if (stat.isSymbolicLink()) search(file, Buffer.from(readlinkSync(file)))
      else if (stat.isFile()) search(file, readFileSync(file))
    }
  }
  for (const { label, bytes } of outputs) search(label, Buffer.from(bytes))
  return hits
}
