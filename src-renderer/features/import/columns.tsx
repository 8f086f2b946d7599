/** Which column of a table is what. Of the cells only their looks are shown: any of them may be the key. */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { CellShape, TableView } from '../../../src-contract/vault-views.ts'
import { columnsOf } from '../../state/vault-import.ts'
import type { Failure } from '../../../src-contract/failures.ts'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { counted, shown } from '../../ui/words.ts'
import { partWord, tableParts } from './table-parts.ts'

/** What each column is, in their order; null while it is not known which there are. */
export type Parts = readonly string[] | null

type Props = {
  readonly parts: Parts
  readonly isMissing: boolean
  readonly onParts: (parts: readonly string[]) => void
}

/** Any number of columns can be these; every other meaning has one column. */
const many: ReadonlySet<string> = new Set(['url', 'totp', 'text', 'none'])

export function Columns({ parts, isMissing, onParts }: Props) {
  const [table, setTable] = useState<TableView | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const first = useRef<HTMLSelectElement>(null)
  const take = useEffectEvent((answer: Awaited<ReturnType<typeof columnsOf>>) => {
    if (!answer.ok) return setFailure(answer.failure)
    setTable(answer.value)
    onParts(answer.value.columns.map(({ part }) => part))
  })
  useEffect(() => {
    let isMine = true
    void columnsOf().then((answer) => isMine && take(answer))
    return () => {
      isMine = false
    }
  }, [])
  useEffect(() => first.current?.focus(), [table])
  if (failure !== null) return <FailureNotice failure={failure} />
  if (table === null || parts === null) return <p className="soft">Looking at its columns…</p>
  const choose = (at: number, part: string): void =>
    onParts(parts.map((was, index) => (index === at ? part : was === part && !many.has(part) ? 'text' : was)))
  const hasTitles = table.columns.every(({ title }) => title !== null)
  return (
    <>
      <p className="soft">
        Say which column holds the keys, and what else you like. Every other column is kept as text beside its key.
      </p>
      {!hasTitles && (
        <p className="import-note">
          <Icon name="state-due" />
          The first line looks like an entry. It is taken for titles: put a line of titles above it, or it stays out.
        </p>
      )}
      <ol className="columns" aria-label="Columns of the table">
        {table.columns.map(({ title, cells }, at) => {
          const word = title === null || title === '' ? `Column ${at + 1}` : shown(title, 60)
          return (
            <li key={at}>
              <span className="column-title">
                <span className="strong wrap">{word}</span>
                <span className="small soft wrap">{cells.map(looks).join(' · ')}</span>
              </span>
              <span className="drop">
                <select
                  ref={at === 0 ? first : undefined}
                  aria-label={`What ${word} is`}
                  value={parts[at] ?? 'text'}
                  onChange={({ target }) => choose(at, target.value)}
                >
                  {[...new Set([...tableParts, table.columns[at]?.part ?? 'text'])].map((part) => (
                    <option key={part} value={part}>
                      {partWord(part)}
                    </option>
                  ))}
                </select>
                <Icon name="down" />
              </span>
            </li>
          )
        })}
      </ol>
      {isMissing && (
        <p className="form-hint state-overdue" role="alert">
          Say which column holds the keys.
        </p>
      )}
    </>
  )
}

const kinds: Readonly<Record<CellShape['kind'], string>> = {
  empty: 'empty',
  address: 'a web address',
  email: 'an e-mail address',
  date: 'a date',
  number: 'digits',
  text: 'text',
}

const looks = ({ kind, characters, tail }: CellShape): string =>
  tail !== null
    ? `•••• ${tail}, ${counted(characters, 'character')}`
    : kind === 'text' || kind === 'number'
      ? `${kinds[kind]} of ${counted(characters, 'character')}`
      : kinds[kind]
