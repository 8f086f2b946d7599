import { useEffect, useRef } from 'react'
import { useCredentials } from '../../state/credentials.ts'
import { useHost } from '../../state/host.ts'
import { moveTo, openDetails, search, selectAll, showFilter } from '../../state/navigation.ts'
import { useImport } from '../../state/import-state.ts'
import { cancelImport, namesStored, nextFile } from '../../state/vault-import.ts'
import { doingOf, vendorOf } from '../../state/import-choices.ts'
import { Button } from '../../ui/button.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
import { counted, shown } from '../../ui/words.ts'

type Part = {
  readonly title: string
  readonly icon: IconName
  readonly className: string
  readonly says: string
  readonly lines: readonly { readonly name: string | null; readonly text: string; readonly goesTo?: string }[]
}

/** How many lines of a part are shown before one asks for the rest: a receipt is read, not scrolled. */
const MOST = 200

/** What came of it: as many accounted for as there were, each that is not as it was by name and reason. */
export function ImportReceiptView() {
  const { receipt, preview, next, earlier } = useImport()
  const go = useRef<HTMLButtonElement>(null)
  const parts = useParts()
  const store = useHost((state) => state.keychain?.kind)
  useEffect(() => go.current?.focus(), [])
  useEffect(() => {
    if (receipt) say(`${receipt.stored} of ${receipt.in} keys are kept now`)
  }, [receipt])
  if (receipt === null || preview === null) return null
  const words = `${receipt.in} in the file, ${receipt.stored} kept, ${receipt.skipped.length} skipped, ${receipt.dropped.length} dropped`
  const leave = (): void => {
    const names = [...earlier, ...namesStored()]
    cancelImport()
    showFilter({ kind: 'all' })
    search('')
    if (names.length > 0) selectAll(names)
    if (names[0] !== undefined) moveTo(names[0])
  }
  return (
    <>
      <div className="view" tabIndex={0} role="region" aria-label="Receipt">
        <section className="receipt" aria-label={words}>
          <div>
            <b>{receipt.in.toLocaleString('en')} in</b>
            <span>read from the file</span>
          </div>
          <Icon name="arrow" />
          <div>
            <b>{receipt.stored.toLocaleString('en')} kept</b>
            <span>{store === 'sealed' ? 'in the encrypted store now' : 'in your keychain now'}</span>
          </div>
          <div className="split">
            <b>{receipt.skipped.length.toLocaleString('en')}</b>
            <span>skipped</span>
          </div>
          <div className={receipt.dropped.length > 0 ? 'split overdue' : 'split'}>
            <b>{receipt.dropped.length.toLocaleString('en')}</b>
            <span>dropped</span>
          </div>
        </section>
        {parts.map((part) => (
          <ReceiptPart key={part.title} part={part} />
        ))}
      </div>
      <footer className="foot-bar">
        <p>
          {preview.isPlainText && receipt.notTaken.length + receipt.dropped.length > 0
            ? `${shown(preview.file, 80)} still holds every key in clear, and what did not come along. Look at that before you remove it.`
            : preview.isPlainText
              ? `${shown(preview.file, 80)} still holds every key in clear. Remove it when you are done.`
              : `${shown(preview.file, 80)} is as it was.`}
        </p>
        {next === null ? (
          <Button ref={go} look="live" onClick={leave}>
            {receipt.stored + earlier.length > 0 ? 'Show the keys' : 'Close'}
          </Button>
        ) : (
          <Button ref={go} look="live" onClick={nextFile}>
            Go on with {shown(next, 60)}
          </Button>
        )}
      </footer>
    </>
  )
}

function useParts(): readonly Part[] {
  const { receipt, preview, entries, choices } = useImport()
  const byName = useCredentials((state) => state.byName)
  if (receipt === null || preview === null) return []
  const unplaced = entries
    .filter((entry) => doingOf(entry, choices) === 'import' && vendorOf(entry, choices) !== 'other')
    .filter(({ name }) => byName.get(name)?.vendor === 'other')
  const parts: readonly Part[] = [
    {
      title: `Waiting for your word: ${receipt.unconfirmed.length}`,
      icon: 'person',
      className: 'state-due',
      says: 'Kept, and neither checked nor rotated until you confirm the address or operator that came with the file.',
      lines: receipt.unconfirmed.map((name) => ({ name, text: 'confirm it in its details', goesTo: name })),
    },
    {
      title: `Kept, not rotated: ${unplaced.length}`,
      icon: 'key',
      className: '',
      says: 'What their vendor asks for is not known. Add them again with it to have them rotated.',
      lines: unplaced.map(({ name }) => ({ name, text: '', goesTo: name })),
    },
    {
      title: `Replaced: ${receipt.replaced.length}`,
      icon: 'rotate',
      className: '',
      says: 'These hold the key of the file now.',
      lines: receipt.replaced.map((name) => ({ name, text: '', goesTo: name })),
    },
    {
      title: `Renamed: ${receipt.renamed.length}`,
      icon: 'hash',
      className: '',
      says: 'They are called otherwise here than in the file.',
      lines: receipt.renamed.map(({ from, to }) => ({ name: from, text: `is kept as ${to}`, goesTo: to })),
    },
    {
      title: `Dropped: ${receipt.dropped.length}`,
      icon: 'state-overdue',
      className: 'state-overdue',
      says: 'Of these, something has no place here. It is still in the file.',
      lines: receipt.dropped.map(({ name, what, why }) => ({ name, text: `${what}: ${why}` })),
    },
    {
      title: `Skipped: ${receipt.skipped.length}`,
      icon: 'state-refused',
      className: 'state-old',
      says: 'Nothing of these was written.',
      lines: receipt.skipped.map(({ name, reason }) => ({ name, text: reason })),
    },
    {
      title: `Only in the file: ${receipt.notTaken.length}`,
      icon: 'state-ask',
      className: 'state-due',
      says: 'Of keys that were here already, whether they were skipped or replaced, this did not come along.',
      lines: receipt.notTaken.map(({ name, what, why }) => ({ name, text: `${what}: ${why}` })),
    },
    {
      title: `Kept as text: ${counted(receipt.keptAsText.length, 'field')}`,
      icon: 'list',
      className: '',
      says: 'Beside their keys, as secret as they are.',
      lines: receipt.keptAsText.map((name) => ({ name: null, text: name })),
    },
    {
      title: `Not taken for keys: ${receipt.leftOut.length}`,
      icon: 'list',
      className: '',
      says: 'By their names they are settings. They are in the file as before.',
      lines: receipt.leftOut.map(({ name, file }) => ({ name, text: receipt.format === 'folder' ? `in ${file}` : '' })),
    },
    {
      title: 'To know',
      icon: 'state-ask',
      className: '',
      says: '',
      lines: receipt.notes.map((note) => ({ name: null, text: note })),
    },
  ]
  return parts.filter(({ lines }) => lines.length > 0)
}

function ReceiptPart({ part }: { readonly part: Part }) {
  const rest = part.lines.length - MOST
  return (
    <section className="receipt-part">
      <h2 className={`state ${part.className}`}>
        <Icon name={part.icon} />
        {part.title}
      </h2>
      {part.says !== '' && <p className="small soft">{part.says}</p>}
      <ul>
        {part.lines.slice(0, MOST).map(({ name, text, goesTo }, at) => (
          <li key={`${at}${name ?? ''}`}>
            {goesTo !== undefined && name !== null ? (
              <button type="button" className="link wrap" onClick={() => leaveTo(goesTo)}>
                {shown(name, 140)}
              </button>
            ) : (
              name !== null && <span className="wrap">{shown(name, 140)}</span>
            )}
            {text !== '' && <span className="soft wrap">{shown(text)}</span>}
          </li>
        ))}
        {rest > 0 && <li className="soft">and {rest.toLocaleString('en')} more</li>}
      </ul>
    </section>
  )
}

/** To a key's details; the receipt stays until it is closed. */
function leaveTo(name: string): void {
  showFilter({ kind: 'all' })
  openDetails(name)
}
