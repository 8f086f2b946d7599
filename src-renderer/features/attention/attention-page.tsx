import { useEffect, useState } from 'react'
import type { HistoryEntry } from '../../../src-contract/views.ts'
import type { CredentialView } from '../../../src-contract/views.ts'
import { client } from '../../client/client.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { openDetails, toggleSide } from '../../state/navigation.ts'
import { useRotations } from '../../state/rotations.ts'
import { toast } from '../../state/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { newLight, oldLight, TwoLights } from '../../ui/two-lights.tsx'
import { agoWord, clockWord, counted, shown } from '../../ui/words.ts'
import { useNow } from '../../ui/use-now.ts'
import { endingWords } from '../../dialogs/rotation/ending-words.ts'
import { tell } from '../credentials/history-words.ts'
import { NextSteps } from './next-steps.tsx'

/** Every open rotation: what is known, which key works, and the next step as a button. */
export function AttentionPage() {
  const all = useCredentials((state) => state.all)
  const open = all.filter(({ openRotation }) => openRotation !== null)
  const copyReport = (): void => {
    const lines = open.map(
      ({ openRotation, vendor }) =>
        `${openRotation?.outcome ?? 'running'} at ${vendor} since ${openRotation?.startedAt ?? ''}`,
    )
    void navigator.clipboard?.writeText(lines.join('\n')).then(() => toast('Report copied; it names no key'))
  }
  return (
    <main className="main app-wide-main" data-pane="main">
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
        <h1>Needs attention</h1>
        <span className="count">{open.length}</span>
        {open.length > 0 && (
          <Button icon="copy" onClick={copyReport}>
            Copy report
          </Button>
        )}
      </header>
      <div className="view" tabIndex={0} role="region" aria-label="Open rotations">
        <p className="lede">
          {open.length === 0
            ? 'Nothing is open. Every rotation has ended, and every key is accounted for.'
            : `${counted(open.length, 'rotation')} ${open.length === 1 ? 'is' : 'are'} open. Rekey sends nothing twice. Here is what is true, and what to do.`}
        </p>
        {open.map((credential) => (
          <Card key={credential.name} credential={credential} />
        ))}
      </div>
    </main>
  )
}

function Card({ credential }: { readonly credential: CredentialView }) {
  const now = useNow(30_000)
  const vendors = useCredentials((state) => state.vendors)
  const live = useRotations((state) => state.live.get(credential.name))
  const [trace, setTrace] = useState<readonly HistoryEntry[]>([])
  const { name, openRotation } = credential
  useEffect(() => {
    let isMine = true
    void client()
      .call('history.list', { name, limit: 20 })
      .then(
        (answer) =>
          isMine &&
          answer.ok &&
          setTrace(answer.value.filter(({ rotationId }) => rotationId === openRotation?.rotationId)),
      )
    return () => {
      isMine = false
    }
  }, [name, openRotation])
  if (!openRotation) return null
  const outcome = openRotation.outcome
  const result = live?.result?.rotationId === openRotation.rotationId ? live.result : null
  const words =
    outcome === null
      ? { title: 'Running', lead: 'This rotation is on its way.', next: 'Wait for it, or ask how it stands.' }
      : endingWords({ outcome, ...(result?.code ? { code: result.code } : {}) })
  const known = {
    outcome: outcome ?? 'unknown',
    oldKey: result?.oldKey ?? (outcome === 'lost' ? 'dead' : outcome === 'old-key-alive' ? 'works' : 'unknown'),
    newKey: result?.newKey ?? null,
  } as const
  const vendor = vendorName(vendors, credential.vendor)
  const isBad = outcome === 'lost'
  const newIsHere = outcome === 'rotated-unverified' || outcome === 'old-key-alive'
  return (
    <article className="card" aria-label={name}>
      <header>
        <VendorMark vendor={credential.vendor} title={vendor} />
        <h2 className="cut">
          <button type="button" className="link-plain" onClick={() => openDetails(name)}>
            {shown(name)}
          </button>
        </h2>
        <span className={isBad ? 'word-tag word-lost' : 'word-tag word-unknown'}>
          <Icon name={isBad ? 'state-attention' : 'state-ask'} />
          {outcome ?? 'running'}
        </span>
        <span className="small dim push">
          {vendor}, {agoWord(openRotation.startedAt, now)}
        </span>
      </header>
      <div className="in">
        <div>
          <TwoLights
            old={oldLight(known, newIsHere ? null : credential.tail)}
            next={newLight({
              ...known,
              newKey: known.newKey ?? (newIsHere ? { tail: credential.tail, fingerprint: '' } : null),
            })}
          />
          <div className="next">
            <h3>What is known</h3>
            <p>{words.lead}</p>
            <h3 className="gap-above">Next step</h3>
            <p>{words.next}</p>
          </div>
        </div>
        <div className="trace">
          <h3>What happened</h3>
          <ol>
            {trace.toReversed().map((entry) => (
              <li key={`${entry.at}${entry.event}`} className={entry.event === 'lost' ? 'bad' : 'ask'}>
                <Icon name={tell(entry).icon} />
                <span>{tell(entry).text}</span>
                <time dateTime={entry.at}>{clockWord(entry.at)}</time>
              </li>
            ))}
            {trace.length === 0 && (
              <li>
                <Icon name="clock" />
                <span>Begun</span>
                <time dateTime={openRotation.startedAt}>{clockWord(openRotation.startedAt)}</time>
              </li>
            )}
          </ol>
        </div>
      </div>
      <footer>
        <NextSteps name={name} vendor={credential.vendor} outcome={outcome} />
      </footer>
    </article>
  )
}
