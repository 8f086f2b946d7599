import { Icon } from './icon.tsx'

type Props = {
  /** What is looked for, to a screen reader. */
  readonly label: string
  readonly className: string
  readonly query: string
  readonly onQuery: (query: string) => void
}

/** Narrows what is shown beneath it. */
export function Find({ label, className, query, onQuery }: Props) {
  return (
    <span className={`field ${className}`}>
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder="Find"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => onQuery(event.target.value)}
      />
    </span>
  )
}
