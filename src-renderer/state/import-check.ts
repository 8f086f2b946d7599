/**
 * After every choice the app is asked what the import would do now, so that what is shown is what will happen: soon, about
 * all of them at once, one question after the other.
 */
import type { PreviewEntry } from '../../src-contract/vault-views.ts'
import { client } from '../client/client.ts'
import { say } from '../ui/live-region.tsx'
import { counted, shown } from '../ui/words.ts'
import { doingOf, saidOf, type Choices } from './import-choices.ts'
import { useImport } from './import-state.ts'

const PAUSE_MS = 150

let timer: ReturnType<typeof setTimeout> | null = null
let last: Promise<void> = Promise.resolve()

export function checkSoon(): void {
  if (timer !== null) clearTimeout(timer)
  timer = setTimeout(start, PAUSE_MS)
}

function start(): void {
  if (timer !== null) clearTimeout(timer)
  timer = null
  last = last.then(check)
}

/** Once nothing is left to ask. */
export async function checked(): Promise<void> {
  if (timer !== null) start()
  await last
  if (timer !== null) return checked()
}

/** The entries as these choices make them; null where the app did not say. */
export async function judged(choices: Choices): Promise<readonly PreviewEntry[] | null> {
  const { preview } = useImport.getState()
  if (preview === null) return null
  const answer = await client().call('vault.judge', { id: preview.id, choices: saidOf(preview.entries, choices) })
  if (useImport.getState().preview !== preview) return null
  if (!answer.ok) {
    useImport.setState({ failure: answer.failure })
    return null
  }
  const changed = new Map(answer.value.entries.map((entry) => [entry.index, entry]))
  return preview.entries.map((entry) => changed.get(entry.index) ?? entry)
}

async function check(): Promise<void> {
  const { choices, entries: before } = useImport.getState()
  const entries = await judged(choices)
  if (entries === null) return
  useImport.setState({ entries })
  const words = news(before, entries)
  if (words !== null) say(words)
}

const stands = ({ kind }: PreviewEntry): boolean => kind === 'conflicting' || kind === 'changed'

/** What stands in the way that did not before. */
function news(before: readonly PreviewEntry[], after: readonly PreviewEntry[]): string | null {
  const fresh = after.filter((entry, at) => {
    const was = before[at]
    return stands(entry) && !(was !== undefined && stands(was))
  })
  const [only] = fresh
  if (only === undefined) return null
  if (fresh.length > 1) return `${counted(fresh.length, 'entry is', 'entries are')} in conflict now`
  return `${shown(only.name, 80)} is in conflict now: ${shown(only.reason ?? 'that name is kept here', 120)}`
}

/** Whether the same would be done with every entry. */
export const isSame = (before: readonly PreviewEntry[], after: readonly PreviewEntry[], choices: Choices): boolean =>
  before === after ||
  before.every((entry, at) => {
    const now = after[at]
    return now !== undefined && doingOf(entry, choices) === doingOf(now, choices) && entry.vendor === now.vendor
  })
