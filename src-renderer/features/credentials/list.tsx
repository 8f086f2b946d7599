/** The list: a grid with one tab stop. Only the rows in sight are drawn; counts and positions are of all. */
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, type FocusEvent } from 'react'
import type { CredentialView } from '../../../src-contract/views.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { extendTo, moveTo, sortBy, useNavigation, type SortKey } from '../../state/navigation.ts'
import { useRotations } from '../../state/rotations.ts'
import { Icon } from '../../ui/icon.tsx'
import { useMedia } from '../../ui/use-media.ts'
import { useNow } from '../../ui/use-now.ts'
import { listKey } from './list-keys.ts'
import { Row } from './row.tsx'

const columns: readonly { readonly key: SortKey | null; readonly word: string }[] = [
  { key: null, word: 'Selected' },
  { key: 'name', word: 'Name' },
  { key: null, word: 'Vendor' },
  { key: null, word: 'Tags' },
  { key: null, word: 'Key' },
  { key: 'age', word: 'Age' },
  { key: 'expiry', word: 'Expiry' },
  { key: 'state', word: 'State' },
]

const HEAD = 28
/** What the bar of the selected lies over. */
const FOOT = 72

export function List({ shown, label }: { readonly shown: readonly CredentialView[]; readonly label: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  const now = useNow(60_000)
  const vendors = useCredentials((state) => state.vendors)
  const { current, selected, sort } = useNavigation()
  const live = useRotations((state) => state.live)
  const isWide = useMedia('(min-width: 1160px)')
  const rowHeight = useMedia('(max-width: 720px)') ? 44 : 36
  const at = current === null ? -1 : shown.findIndex(({ name }) => name === current)
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // the head stays in sight above the rows
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    scrollPaddingEnd: selected.size > 0 ? FOOT : 0,
    paddingStart: 4,
    paddingEnd: FOOT,
    // the row the keyboard is at exists wherever the wheel has gone: it is what a screen reader is told of
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range)
      return at < 0 || seen.includes(at) ? seen : [...seen, at].toSorted((a, b) => a - b)
    },
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual])
  const names = () => shown.map(({ name }) => name)
  const rows = useRef(shown)
  useEffect(() => void (rows.current = shown), [shown])
  const extend = useCallback(
    (name: string) =>
      extendTo(
        name,
        rows.current.map((each) => each.name),
      ),
    [],
  )
  const enter = ({ target, currentTarget }: FocusEvent<HTMLElement>): void => {
    const [first] = shown
    if (target === currentTarget && at < 0 && first && target.matches(':focus-visible')) moveTo(first.name)
  }
  return (
    <div
      ref={scroller}
      className="list"
      role="grid"
      aria-label={label}
      aria-rowcount={shown.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={at >= 0 ? `row-${at + 1}` : undefined}
      tabIndex={0}
      data-pane="list"
      onFocus={enter}
      onKeyDown={(event) => listKey(event, names())}
    >
      <div className="cols" role="row" aria-rowindex={1}>
        {columns.map(({ key, word }) =>
          key === null ? (
            <span key={word} role="columnheader" className={`col-${word.toLowerCase()}`}>
              {word === 'Selected' ? <span className="vh">{word}</span> : word}
            </span>
          ) : (
            <span
              key={word}
              role="columnheader"
              className={`col-${key}`}
              aria-sort={sort.key !== key ? 'none' : sort.isDown ? 'ascending' : 'descending'}
            >
              <button type="button" className="col-btn" tabIndex={-1} onClick={() => sortBy(key)}>
                {word}
                {sort.key === key && (
                  <span className={sort.isDown ? undefined : 'is-up'}>
                    <Icon name="sort" />
                  </span>
                )}
              </button>
            </span>
          ),
        )}
      </div>
      <div className={selected.size > 0 ? 'rows has-picks' : 'rows'} role="rowgroup">
        <div className="rows-all" role="presentation" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map((item) => {
            const credential = shown[item.index]
            if (!credential) return null
            const { name } = credential
            const before = shown[item.index - 1]
            const after = shown[item.index + 1]
            const run = live.get(name)
            return (
              <Row
                key={name}
                credential={credential}
                vendor={vendorName(vendors, credential.vendor)}
                now={now}
                index={item.index + 1}
                isSelected={selected.has(name)}
                isAfterSelected={before !== undefined && selected.has(before.name)}
                isBeforeSelected={after !== undefined && selected.has(after.name)}
                isCurrent={name === current}
                isRotating={run !== undefined && run.result === null}
                top={item.start - HEAD}
                isWide={isWide}
                onExtend={extend}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}
