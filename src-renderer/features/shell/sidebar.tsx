import { useEffect, useMemo, useRef } from 'react'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { openDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { useImport } from '../../state/import-state.ts'
import { goTo, showFilter, toggleSide, useNavigation, type Filter } from '../../state/navigation.ts'
import { IconButton, Keys } from '../../ui/button.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { vendorIcon } from '../../ui/names.tsx'
import { shown } from '../../ui/words.ts'
import { countAll } from '../credentials/arrange.ts'
import { lockNow } from '../lock/lock-now.ts'
import { enter, goHome } from './panes.ts'

type Entry = {
  readonly word: string
  readonly icon: IconName
  readonly count: number | null
  readonly look?: 'due' | 'attention'
  readonly isCurrent: boolean
  readonly go: () => void
}

const MOST_TAGS = 12

const isSame = (a: Filter, b: Filter): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Over a small window's page: takes the focus in, and gives it back, or on to the page that was chosen. */
function useFocusOver(isOver: boolean) {
  const side = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!isOver) return
    const opener = document.querySelector<HTMLElement>('.pages .menu-btn')
    const was = useNavigation.getState()
    if (side.current) enter(side.current)
    return () => {
      const { page, filter } = useNavigation.getState()
      if (page === was.page && filter === was.filter && opener?.isConnected) opener.focus()
      else goHome()
    }
  }, [isOver])
  return side
}

export function Sidebar({ isOver }: { readonly isOver: boolean }) {
  const all = useCredentials((state) => state.all)
  const vendors = useCredentials((state) => state.vendors)
  const { page, filter } = useNavigation()
  const side = useFocusOver(isOver)
  const { keychain, session } = useHost()
  const isImporting = useImport((state) => state.stage !== 'choose')
  const counts = useMemo(() => countAll(all), [all])
  const filtered = (to: Filter) => ({ isCurrent: page === 'keys' && isSame(filter, to), go: () => showFilter(to) })
  const main: readonly Entry[] = [
    { word: 'All keys', icon: 'list', count: all.length, ...filtered({ kind: 'all' }) },
    { word: 'Due', icon: 'clock', count: counts.due, look: 'due', ...filtered({ kind: 'due' }) },
    {
      word: 'Needs attention',
      icon: 'attention',
      count: counts.attention,
      look: 'attention',
      isCurrent: page === 'attention',
      go: () => goTo('attention'),
    },
    { word: 'Rotations', icon: 'rotate', count: null, isCurrent: page === 'rotations', go: () => goTo('rotations') },
    // a file that is open is not lost from sight
    ...(isImporting || page === 'import'
      ? [
          {
            word: 'Import',
            icon: 'inbox',
            count: null,
            isCurrent: page === 'import',
            go: () => goTo('import'),
          } as const,
        ]
      : []),
  ]
  return (
    <aside
      ref={side}
      className={isOver ? 'side is-open' : 'side'}
      data-pane="side"
      onKeyDown={(event) => {
        if (!isOver || event.key !== 'Escape') return
        event.preventDefault()
        toggleSide()
      }}
    >
      <div className="side-top">
        <strong className="brand">Rekey</strong>
        <button
          type="button"
          className="btn btn-bare btn-s push"
          aria-label="Command palette"
          onClick={() => openDialog({ kind: 'palette' })}
        >
          <Keys keys={['Ctrl', 'K']} />
        </button>
      </div>
      <nav aria-label="Keys">
        <Entries entries={main} />
        {counts.vendors.length > 0 && (
          <>
            <h2>Vendors</h2>
            <Entries
              entries={counts.vendors.map(([vendor, count]) => ({
                word: vendorName(vendors, vendor),
                icon: vendorIcon(vendor),
                count,
                ...filtered({ kind: 'vendor', vendor }),
              }))}
            />
          </>
        )}
        {counts.tags.length > 0 && (
          <>
            <h2>Tags</h2>
            <Entries
              entries={counts.tags.slice(0, MOST_TAGS).map(([tag, count]) => ({
                word: shown(tag, 64),
                icon: 'hash' as const,
                count,
                ...filtered({ kind: 'tag', tag }),
              }))}
            />
          </>
        )}
      </nav>
      <div className="side-foot">
        <Icon name="lock" />
        <span className="cut" title={keychain?.detail ?? undefined}>
          {keychainWord(keychain?.state, keychain?.kind)}
        </span>
        {session && (
          <IconButton className="push" look="bare" isSmall icon="lock" label="Lock" onClick={() => void lockNow()} />
        )}
        <IconButton
          className={session ? '' : 'push'}
          look="bare"
          isSmall
          icon="settings"
          label="Settings"
          onClick={() => goTo('settings')}
        />
      </div>
    </aside>
  )
}

function keychainWord(state: string | undefined, kind: string | undefined): string {
  const name = kind === 'sealed' ? 'Store' : 'Keychain'
  switch (state) {
    case 'ready':
      return `${name} open`
    case 'locked':
      return `${name} locked`
    case 'missing':
      return 'No keychain'
    default:
      return name
  }
}

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ul>
      {entries.map(({ word, icon, count, look, isCurrent, go }) => (
        <li key={word}>
          <button type="button" className="nav" aria-current={isCurrent ? 'page' : undefined} onClick={go} title={word}>
            <Icon name={icon} />
            <span className="cut">{word}</span>
            {count !== null && (
              <span className={look && count > 0 ? `n n-${look}` : 'n'}>
                {count === 0 && look ? '' : count.toLocaleString('en')}
              </span>
            )}
          </button>
        </li>
      ))}
    </ul>
  )
}
