import { useEffect, useMemo, useRef, useState } from 'react'
import type { ImportPreview, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { isTaken } from '../../state/import-choices.ts'
import { useImport } from '../../state/import-state.ts'
import { importNow, nextFile } from '../../state/vault-import.ts'
import { Find } from '../../ui/find.tsx'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
import { VaultProgress } from '../../ui/vault-progress.tsx'
import { counted, shown } from '../../ui/words.ts'
import { arranged, filters, isFound, isShown, sometimes, type Show } from './entry-words.ts'
import { KeychainWay } from './keychain-way.tsx'
import { DoAll } from './preview-tools.tsx'
import { PreviewRows } from './preview-rows.tsx'
import { Questions } from './questions.tsx'

/** What would become of each entry of the file. Nothing is written yet, and nothing is without a line. */
export function Preview({ preview }: { readonly preview: ImportPreview }) {
  const { choices, isWriting, failure, entries, next, place } = useImport()
  const [show, setShow] = useState<Show>('all')
  const [query, setQuery] = useState('')
  const scroller = useRef<HTMLDivElement>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  // as they were read, so that no row moves away from under the hand that decides on it
  const order = useMemo(() => arranged(preview.entries).map(({ index }) => index), [preview])
  const found = useMemo(() => {
    const byIndex = new Map(entries.map((entry) => [entry.index, entry]))
    return order.flatMap((index) => byIndex.get(index) ?? []).filter((entry) => isFound(entry, query))
  }, [entries, order, query])
  const rows = useMemo(() => found.filter((entry) => isShown(entry, show)), [found, show])
  const taken = useMemo(() => entries.filter((entry) => isTaken(entry, choices)), [entries, choices])
  // not where the same file is read again: a dialog gives the focus back to where it was
  useEffect(() => cancel.current?.focus(), [])
  useEffect(() => {
    const which = place.of > 1 ? `File ${place.at} of ${place.of}, ${shown(preview.file, 80)}: ` : ''
    say(`${which}${counted(preview.entries.length, 'entry', 'entries')} read; nothing is written yet`)
  }, [preview, place])
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
      if (document.querySelector('[role=dialog]') === null && taken.length > 0) void importNow()
    }
    globalThis.addEventListener('keydown', listen)
    return () => globalThis.removeEventListener('keydown', listen)
  }, [taken.length])
  return (
    <>
      <div ref={scroller} className="view import-view" inert={isWriting}>
        <Strip count={entries.length} taken={taken} />
        <Questions preview={preview} />
        <div className="import-tools">
          <Filters entries={found} show={show} onShow={setShow} />
          <div className="import-acts">
            <Find label="Find entries of the file" className="import-find" query={query} onQuery={setQuery} />
            <DoAll rows={rows} />
          </div>
        </div>
        <PreviewRows key={show} rows={rows} scroller={scroller} />
      </div>
      <footer className="foot-bar">
        {failure !== null && (
          <FailureNotice failure={failure}>
            <KeychainWay failure={failure} />
          </FailureNotice>
        )}
        {isWriting ? (
          <VaultProgress work="importing" />
        ) : (
          <p>
            Nothing is written yet.
            {preview.isPlainText && ' The file holds every key in clear, so remove it afterwards.'}
          </p>
        )}
        <Button ref={cancel} disabled={isWriting} onClick={nextFile}>
          {next === null ? 'Cancel' : 'Skip this file'}
        </Button>
        <Button look="live" disabled={taken.length === 0} isBusy={isWriting} onClick={() => void importNow()}>
          {taken.length === 0 ? 'Nothing to import' : `Import ${counted(taken.length, 'key')}`}
        </Button>
      </footer>
    </>
  )
}

/** The sum: as many out as in, and what is lost on the way. */
function Strip({ count, taken }: { readonly count: number; readonly taken: readonly PreviewEntry[] }) {
  const sum = (of: 'kept' | 'left'): number => taken.reduce((all, entry) => all + entry[of].length, 0)
  const [total, kept, left] = [count.toLocaleString('en'), sum('kept'), sum('left')]
  const words = `${total} in the file, ${total} accounted for, ${counted(kept, 'field')} kept as text, ${left} dropped`
  return (
    <section className="receipt" aria-label={words}>
      <div>
        <b>{total} in</b>
        <span>read from the file</span>
      </div>
      <Icon name="arrow" />
      <div>
        <b>{total} out</b>
        <span>each one has a line below</span>
      </div>
      <div className="split">
        <b>{kept.toLocaleString('en')}</b>
        <span>{kept === 1 ? 'field' : 'fields'} kept as text</span>
      </div>
      <div className={left > 0 ? 'split overdue' : 'split'}>
        <b>{left.toLocaleString('en')}</b>
        <span>dropped</span>
      </div>
    </section>
  )
}

function Filters({
  entries,
  show,
  onShow,
}: {
  readonly entries: readonly PreviewEntry[]
  readonly show: Show
  readonly onShow: (show: Show) => void
}) {
  const count = useMemo(
    () => new Map(filters.map((each) => [each.show, entries.filter((entry) => isShown(entry, each.show)).length])),
    [entries],
  )
  return (
    <div className="filters" role="toolbar" aria-label="Show">
      {filters
        .filter((each) => !sometimes.has(each.show) || show === each.show || (count.get(each.show) ?? 0) > 0)
        .map((each) => (
          <button key={each.show} type="button" aria-pressed={show === each.show} onClick={() => onShow(each.show)}>
            {`${each.word} `}
            <span>{(count.get(each.show) ?? 0).toLocaleString('en')}</span>
          </button>
        ))}
    </div>
  )
}
