/** What happened to a key, in plain words. Event names and details are the ledger's own. */
import type { HistoryEntry } from '../../../src-contract/views.ts'
import type { IconName } from '../../ui/icon.tsx'
import { outcomes, type Outcome } from '../../../src-contract/outcomes.ts'

export type Told = { readonly icon: IconName; readonly text: string }

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

const plain: Readonly<Record<string, Told>> = {
  waiting: { icon: 'person', text: 'Guided rotation begun' },
  set: { icon: 'key', text: 'Key put in by hand' },
  removed: { icon: 'close', text: 'Removed' },
  revealed: { icon: 'eye', text: 'Shown in the window' },
  copied: { icon: 'copy', text: 'Copied to the clipboard' },
  exported: { icon: 'open', text: 'Written into a file' },
  'backed-up': { icon: 'open', text: 'Everything written into a backup' },
}

const outcomeIcons: Partial<Record<Outcome, IconName>> = {
  rotated: 'state-rotating',
  'rotated-unverified': 'state-ask',
  'old-key-alive': 'state-ask',
  held: 'lock',
  lost: 'state-attention',
  unknown: 'state-ask',
  waiting: 'person',
}

const isOutcome = (name: string): name is Outcome => Object.hasOwn(outcomes, name)

export function tell({ event, detail }: HistoryEntry): Told {
  const known = plain[event]
  if (known) return known
  if (event === 'added') {
    const proof = { works: ', checked, works', unknown: ', not answered for', 'not-asked': ', not checked' }[
      text(detail['proof'])
    ]
    return { icon: 'plus', text: `${detail['adopted'] === true ? 'Taken over' : 'Added'}${proof ?? ''}` }
  }
  if (event === 'imported' || event === 'replaced') {
    const kept = Array.isArray(detail['kept']) ? detail['kept'].map(text).filter((name) => name !== '') : []
    const along = kept.length === 0 ? '' : `, with ${kept.join(', ')}`
    return { icon: 'inbox', text: `${event === 'imported' ? 'Came from a file' : 'Replaced from a file'}${along}` }
  }
  if (event === 'renamed') return { icon: 'hash', text: `Renamed from ${text(detail['from'])}` }
  if (event === 'edited') return { icon: 'tag', text: 'Edited' }
  if (event === 'settled') return { icon: 'check', text: `Settled by hand: ${text(detail['word'])}` }
  if (isOutcome(event)) {
    const says = outcomes[event].says
    return { icon: outcomeIcons[event] ?? 'state-refused', text: says.charAt(0).toUpperCase() + says.slice(1) }
  }
  return { icon: 'clock', text: event }
}
