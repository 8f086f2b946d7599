import type { ImportDoing, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { openDialog } from '../../state/dialogs.ts'
import { askedVendor, doingOf, vendorOf, type Choices } from '../../state/import-choices.ts'
import { decide } from '../../state/vault-import.ts'
import { Icon } from '../../ui/icon.tsx'
import { Name, Tail, VendorMark } from '../../ui/names.tsx'
import { doingWord, entryWords } from './entry-words.ts'

type Props = {
  readonly entry: PreviewEntry
  readonly choices: Choices
  readonly now: Date
  /** Among those shown, from 1; the head is row 1 of the grid. */
  readonly index: number
  readonly isCurrent: boolean
  readonly top: number
  readonly onPoint: () => void
}

export function PreviewRow({ entry, choices, now, index, isCurrent, top, onPoint }: Props) {
  const vendors = useCredentials((state) => state.vendors)
  const said = entryWords(entry, choices, now)
  const asked = askedVendor(entry, choices)
  const vendor = asked ?? vendorOf(entry, choices)
  const word = vendor === 'other' ? 'no vendor yet' : vendorName(vendors, vendor)
  const doing = doingOf(entry, choices)
  return (
    <div
      className={isCurrent ? 'irow is-current' : 'irow'}
      role="row"
      id={`entry-${index}`}
      aria-rowindex={index + 1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        onPoint()
        openDialog({ kind: 'import-entry', index: entry.index })
      }}
    >
      <span className="cut" role="gridcell" aria-label={entry.name}>
        <Name name={entry.name} />
      </span>
      <span className="name cut" role="gridcell" aria-label={asked === null ? word : `${word}?`}>
        <VendorMark vendor={vendor} title={word} />
        <span className={asked === null ? 'cut' : 'cut due'}>{asked === null ? word : `${word}?`}</span>
      </span>
      <span role="gridcell">{entry.tail === null ? <span className="dim">–</span> : <Tail tail={entry.tail} />}</span>
      <span className={`state ${said.className}`} role="gridcell" title={said.text}>
        <Icon name={said.icon} />
        <span className="cut">{said.text}</span>
      </span>
      <span role="gridcell" onClick={(event) => event.stopPropagation()}>
        <Doings entry={entry} doing={doing} />
      </span>
    </div>
  )
}

function Doings({ entry, doing }: { readonly entry: PreviewEntry; readonly doing: ImportDoing }) {
  if (entry.doings.length < 2) return <span className="drop-only soft">{doingWord(doing, entry)}</span>
  return (
    <span className="drop">
      <select
        tabIndex={-1}
        aria-label={`What to do with ${entry.name}`}
        value={doing}
        onChange={(event) => decide([entry.index], { do: event.target.value as ImportDoing })}
      >
        {entry.doings.map((each) => (
          <option key={each} value={each}>
            {doingWord(each, entry)}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </span>
  )
}
