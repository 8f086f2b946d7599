import { useCredentials, vendorName } from '../../state/credentials.ts'
import { openDialog } from '../../state/dialogs.ts'
import { clearSelection, search, showFilter, toggleSide, useNavigation, type Filter } from '../../state/navigation.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { shown as safe } from '../../ui/words.ts'
import { rotateMany } from './act.ts'
import { List } from './list.tsx'
import type { CredentialView } from '../../../src-contract/views.ts'

function titleOf(filter: Filter, vendorOf: (id: string) => string): string {
  switch (filter.kind) {
    case 'all':
      return 'All keys'
    case 'due':
      return 'Due'
    case 'vendor':
      return vendorOf(filter.vendor)
    case 'tag':
      return `#${safe(filter.tag, 64)}`
  }
}

export function KeysPage({ shown }: { readonly shown: readonly CredentialView[] }) {
  const vendors = useCredentials((state) => state.vendors)
  const { isLoaded, failure } = useCredentials()
  const { filter, query } = useNavigation()
  const title = titleOf(filter, (id) => vendorName(vendors, id))
  const isEmpty = isLoaded && shown.length === 0
  return (
    <main className="main" data-pane={isEmpty ? 'main' : undefined}>
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
        <h1 className="cut">{title}</h1>
        <span className="count" aria-live="polite">
          {shown.length.toLocaleString('en')}
        </span>
        <label className="field">
          <Icon name="search" size="s" />
          <span className="vh">Search keys</span>
          <input
            id="search"
            type="search"
            placeholder="Search name, vendor, tag"
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(event) => search(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') search('')
              if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('[data-pane="list"]')?.focus()
            }}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <Button icon="plus" onClick={() => openDialog({ kind: 'add' })}>
          Add
        </Button>
      </header>
      {failure && (
        <div className="above-list">
          <FailureNotice failure={failure} />
        </div>
      )}
      {isEmpty ? <NoneFound query={query} filter={filter} /> : <List shown={shown} label={title} />}
      <Picks shown={shown} />
    </main>
  )
}

function NoneFound({ query, filter }: { readonly query: string; readonly filter: Filter }) {
  const isDue = filter.kind === 'due' && query === ''
  return (
    <div className="none">
      <p>{isDue ? 'No key is due.' : query === '' ? 'No key is here.' : `No key matches “${safe(query, 60)}”.`}</p>
      <Button onClick={() => (query === '' ? showFilter({ kind: 'all' }) : search(''))}>
        {query === '' ? 'Show all keys' : 'Clear the search'}
      </Button>
    </div>
  )
}

function Picks({ shown }: { readonly shown: readonly CredentialView[] }) {
  const { selected } = useNavigation()
  if (selected.size === 0) return null
  const names = [...selected]
  const inSight = shown.filter(({ name }) => selected.has(name)).length
  const hidden = selected.size - inSight
  return (
    <div className="picks" role="toolbar" aria-label="Selected keys">
      <b>
        {selected.size.toLocaleString('en')} selected{hidden > 0 ? `, ${hidden} out of sight` : ''}
      </b>
      <Button look="live" icon="rotate" onClick={() => rotateMany(names)}>
        {`Rotate ${selected.size}…`}
      </Button>
      <Button look="bare" icon="tag" onClick={() => openDialog({ kind: 'tag', names })}>
        Tag
      </Button>
      <Button look="bare" icon="open" className="hide-s" onClick={() => openDialog({ kind: 'export', names })}>
        Export
      </Button>
      <Button look="bare" icon="close" className="hide-s" onClick={() => openDialog({ kind: 'remove', names })}>
        Remove
      </Button>
      <span className="sep" />
      <IconButton look="bare" icon="close" label="Clear the selection" onClick={clearSelection} />
    </div>
  )
}
