/** The entries: a grid with one tab stop, as the list of keys is. Only the rows in sight are drawn. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import type { PreviewEntry } from '../../../src-contract/vault-views.ts'
import { openDialog } from '../../state/dialogs.ts'
import { useImport } from '../../state/import-state.ts'
import { decide } from '../../state/vault-import.ts'
import { doingOf } from '../../state/import-choices.ts'
import { say } from '../../ui/live-region.tsx'
import { useMedia } from '../../ui/use-media.ts'
import { useNow } from '../../ui/use-now.ts'
import { moved } from '../credentials/list-keys.ts'
import { doingWord } from './entry-words.ts'
import { PreviewRow } from './preview-row.tsx'

const ROW = 36
const TWO_LINES = 64

/** How far below the top of what scrolls the rows begin: what is above them folds and unfolds. */
function useTop(rows: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const element = rows.current
    const above = element?.parentElement
    if (!element || !above) return
    const look = (): void => setTop(element.offsetTop)
    const observer = new ResizeObserver(look)
    for (const child of above.children) observer.observe(child)
    look()
    return () => observer.disconnect()
  }, [rows])
  return top
}

export function PreviewRows({
  rows,
  scroller,
}: {
  readonly rows: readonly PreviewEntry[]
  readonly scroller: RefObject<HTMLDivElement | null>
}) {
  const body = useRef<HTMLDivElement>(null)
  const now = useNow(60_000)
  const choices = useImport((state) => state.choices)
  const [at, setAt] = useState(-1)
  const top = useTop(body)
  const height = useMedia('(max-width: 960px)') ? TWO_LINES : ROW
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: top,
    scrollPaddingStart: 32,
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range)
      return at < 0 || seen.includes(at) ? seen : [...seen, at].toSorted((a, b) => a - b)
    },
  })
  useEffect(() => virtual.measure(), [height, virtual])
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual])
  const press = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const entry = rows[at]
    const to = moved(event.key, at, rows.length - 1)
    if (to !== null) setAt(to)
    else if (event.key === 'Enter' && entry) openDialog({ kind: 'import-entry', index: entry.index })
    else if (event.key === ' ' && entry) {
      const next = entry.doings.indexOf(doingOf(entry, choices)) + 1
      const doing = entry.doings[next % entry.doings.length] ?? 'skip'
      decide([entry.index], { do: doing })
      say(doingWord(doing, entry))
    } else return
    event.preventDefault()
  }
  return (
    <div
      ref={body}
      className="import-rows"
      role="grid"
      aria-label="Entries of the file"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={at >= 0 ? `entry-${at + 1}` : undefined}
      tabIndex={0}
      data-pane="list"
      onFocus={({ target, currentTarget }) => {
        if (target === currentTarget && at < 0 && rows.length > 0 && target.matches(':focus-visible')) setAt(0)
      }}
      onKeyDown={press}
    >
      <div className="icols" role="row" aria-rowindex={1}>
        {['Name', 'Vendor', 'Key', 'What it is', 'What to do'].map((word) => (
          <span key={word} role="columnheader">
            {word}
          </span>
        ))}
      </div>
      {rows.length === 0 ? (
        <div role="row" aria-rowindex={2}>
          <p role="gridcell" className="none-here soft">
            None of them.
          </p>
        </div>
      ) : (
        <div role="rowgroup" className="rows-all" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map((item) => {
            const entry = rows[item.index]
            return entry ? (
              <PreviewRow
                key={entry.index}
                entry={entry}
                choices={choices}
                now={now}
                index={item.index + 1}
                isCurrent={item.index === at}
                top={item.start - top}
                onPoint={() => setAt(item.index)}
              />
            ) : null
          })}
        </div>
      )}
    </div>
  )
}
