/** What a person reads of an import: a line for each entry of the file before anything is written, and the receipt behind it. */
import { escapeText } from '../../../src-contract/escape.ts'
import type { ImportKind, ImportPreview, ImportReceipt, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { isCalled, type OnConflict } from './import-choices.ts'
import type { Output, Paint } from './output.ts'

/** A person reads some; who wants all of thousands asks for JSON. */
const MOST_LINES = 20
/** The name of a field is whatever a file says. */
const LONGEST_NAME = 100
const fieldNames = (names: readonly string[]): string =>
  names.map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name)).join(', ')

const kinds = ['new', 'same', 'changed', 'conflicting', 'skipped'] as const
export const entriesOf = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`)

/** Every entry, in the file's order. */
export function tellPreview(out: Output, preview: ImportPreview, onConflict?: OnConflict): void {
  const paint = out.paint('stdout')
  out.result(headOf(preview))
  for (const entry of preview.entries) out.result(lineOf(entry, paint, onConflict))
  out.result(countsOf(preview))
  tellNotes(out, preview)
  const stops = preview.entries.filter(({ isUnclear }) => isUnclear).length + preview.refused.length
  if (stops > 0 && onConflict === undefined)
    out.note(`note: with neither --on-conflict nor a person to ask, the import stops at ${stops} of them`)
}

/** As many as a person reads before a question: of many those first that there is something to say of. */
export function tellBriefly(out: Output, preview: ImportPreview, onConflict?: OnConflict): void {
  const paint = out.paint('stderr')
  const { entries } = preview
  const isMany = entries.length > MOST_LINES
  const order: Readonly<Record<ImportKind, number>> = { conflicting: 0, changed: 1, skipped: 2, new: 3, same: 4 }
  const rank = ({ kind, isUnclear }: PreviewEntry): number => (isUnclear ? 0 : order[kind])
  const shown = isMany ? entries.toSorted((one, other) => rank(one) - rank(other)) : entries
  out.note(headOf(preview))
  for (const entry of shown.slice(0, MOST_LINES)) out.note(lineOf(entry, paint, onConflict))
  if (isMany) out.note(`… and ${entries.length - MOST_LINES} more: --dry-run shows each`)
  out.note(countsOf(preview))
  tellNotes(out, preview, MOST_LINES)
}

const headOf = ({ file, formatName, entries }: ImportPreview): string =>
  `${escapeText(file)}: ${formatName}, ${entriesOf(entries.length)}; nothing is written yet`

const countsOf = ({ entries }: ImportPreview): string =>
  kinds.map((kind) => `${entries.filter((each) => each.kind === kind).length} ${kind}`).join(', ')

const colours = { new: 'green', same: 'dim', changed: 'yellow', conflicting: 'red', skipped: 'dim' } as const

function lineOf(entry: PreviewEntry, paint: Paint, onConflict: OnConflict | undefined): string {
  const { kind, name, where, vendor, reason, kept, left, unconfirmed, baseUrl } = entry
  const more = [
    ...(reason === null ? [] : [reason]),
    ...becomes(entry, onConflict),
    ...(kept.length > 0 ? [`kept as text: ${fieldNames(kept)}`] : []),
    ...(unconfirmed.includes('address') ? [`inactive until ${baseUrl} is confirmed`] : []),
    ...left.map(({ what, why }) => `left out: ${what} (${why})`),
  ]
  const said = more.length > 0 ? `: ${more.join('; ')}` : ''
  return `${paint(colours[kind], kind.padEnd(11))} ${escapeText(`${name} (${vendor}, ${where})${said}`)}`
}

/** What becomes of one that stands in the way, once it is said. */
function becomes({ kind, doings, existing, renamedTo }: PreviewEntry, onConflict: OnConflict | undefined): string[] {
  if (onConflict === undefined || kind === 'new' || kind === 'same' || kind === 'skipped') return []
  if (onConflict === 'skip' || !doings.includes(onConflict)) return ['it is left out']
  return [onConflict === 'replace' ? `it replaces ${existing}` : `it gets the name ${renamedTo}`]
}

type Noted = Pick<ImportPreview, 'format' | 'leftOut' | 'notes'>

/** What a .env file calls its variables decides which are keys; a person knows better. */
function tellNotes(out: Output, { format, leftOut, notes }: Noted, most = Infinity): void {
  for (const note of notes.slice(0, most)) out.note(`note: ${escapeText(note)}`)
  for (const [file, some] of Map.groupBy(leftOut, (each) => each.file)) {
    const names = some.map(({ name }) => name)
    const more = names.length > most ? [`and ${names.length - most} more`] : []
    const what = `settings that are not taken for keys: ${fieldNames([...names.slice(0, most), ...more])}`
    out.note(`note: ${escapeText(format === 'folder' ? `${file}: ${what}` : what)}`)
  }
  if (leftOut.length > 0) out.note('  if one is a key after all: --map ITS_NAME=secret')
}

export function tellReceipt(
  out: Output,
  preview: ImportPreview,
  receipt: ImportReceipt,
  as: Readonly<Record<string, string>>,
): void {
  out.result(
    `${receipt.in} in, ${receipt.stored} stored, ${receipt.skipped.length} skipped, fields kept as text: ${receipt.keptAsText.length}, dropped: ${receipt.dropped.length}`,
  )
  const say = (lines: readonly string[]): void => {
    for (const line of lines.slice(0, MOST_LINES)) out.result(`  ${escapeText(line)}`)
    if (lines.length > MOST_LINES) out.result(`  … and ${lines.length - MOST_LINES} more; --json names each`)
  }
  say(receipt.skipped.map(({ name, reason }) => `skipped ${name}: ${reason}`))
  say(receipt.renamed.map(({ from, to }) => `renamed ${from} to ${to}`))
  say(receipt.replaced.map((name) => `replaced ${name}`))
  if (receipt.keptAsText.length > 0) out.result(`  kept as text: ${escapeText(fieldNames(receipt.keptAsText))}`)
  say(receipt.dropped.map(({ name, what, why }) => `dropped ${what} of ${name}: ${why}`))
  say(receipt.notTaken.map(({ name, what, why }) => `left in the file: ${what} of ${name}: ${why}`))
  for (const name of receipt.unconfirmed.slice(0, MOST_LINES))
    out.note(
      `${escapeText(name)} is inactive until its address or operator is confirmed: rekey edit ${escapeText(name)}`,
    )
  if (receipt.unconfirmed.length > MOST_LINES) out.note(`… and so are ${receipt.unconfirmed.length - MOST_LINES} more`)
  const others = preview.entries.filter(({ vendor }) => vendor === 'other')
  for (const [name, vendor] of Object.entries(as)) {
    const not = others.find((each) => vendor !== 'other' && isCalled(each, name))
    if (not?.reason) out.note(`${escapeText(`${not.name}: ${not.reason}`)}`)
  }
  const asked = others.filter(({ guess }) => guess !== null)
  for (const { name, guess } of asked.slice(0, MOST_LINES))
    out.note(`${escapeText(name)} may be a key of ${escapeText(`${guess?.vendor}: ${guess?.why}`)}`)
  tellNotes(out, receipt)
  if (preview.isPlainText && receipt.in > 0)
    out.note('note: the file still holds every key in clear; remove it when you are done')
}
