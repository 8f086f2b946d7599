import { useEffect, useState } from 'react'
import type { HistoryEntry } from '../../../src-contract/views.ts'
import { outcomes } from '../../../src-contract/outcomes.ts'
import { client } from '../../client/client.ts'
import { useCredentials } from '../../state/credentials.ts'
import { openDetails, toggleSide } from '../../state/navigation.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Name, VendorMark } from '../../ui/names.tsx'
import { useNow } from '../../ui/use-now.ts'
import { agoWord } from '../../ui/words.ts'
import { tell } from '../credentials/history-words.ts'

const MOST = 400
const events = [...Object.keys(outcomes), 'set', 'settled']

/** What happened to keys at their vendors, newest first. */
export function RotationsPage() {
  const all = useCredentials((state) => state.all)
  const byName = useCredentials((state) => state.byName)
  const now = useNow(30_000)
  const [entries, setEntries] = useState<readonly HistoryEntry[]>([])
  useEffect(() => {
    void client()
      .call('history.list', { events, limit: MOST })
      .then((answer) => answer.ok && setEntries(answer.value))
  }, [all])
  return (
    <main className="main app-wide-main" data-pane="main">
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
        <h1>Rotations</h1>
        <span className="count">{entries.length}</span>
      </header>
      <div className="view" tabIndex={0} role="region" aria-label="Rotations">
        {entries.length === 0 && <p className="lede">Nothing was rotated yet.</p>}
        <ol className="told">
          {entries.map((entry) => {
            const told = tell(entry)
            const credential = byName.get(entry.name)
            return (
              <li key={`${entry.at}${entry.name}${entry.event}`}>
                <VendorMark vendor={credential?.vendor ?? 'other'} />
                {credential ? (
                  <button type="button" className="link-plain cut" onClick={() => openDetails(entry.name)}>
                    <Name name={entry.name} />
                  </button>
                ) : (
                  <Name name={entry.name} />
                )}
                <span className="state">
                  <Icon name={told.icon} />
                  <span className="cut">{told.text}</span>
                </span>
                <time className="small dim" dateTime={entry.at} title={entry.at}>
                  {agoWord(entry.at, now)}
                </time>
              </li>
            )
          })}
        </ol>
      </div>
    </main>
  )
}
