import { useEffect, useState } from 'react'
import type { CredentialView, HistoryEntry, RotationPlan } from '../../../src-contract/views.ts'
import { client } from '../../client/client.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { useHost } from '../../state/host.ts'
import { closeDetails, openDetails } from '../../state/navigation.ts'
import { useRotations } from '../../state/rotations.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { sayState, StateWord } from '../../ui/state.tsx'
import { useNow } from '../../ui/use-now.ts'
import { agoWord, dayWord, dueInDays, expiresInDays, shown as safe } from '../../ui/words.ts'
import { actIcons, mainAct } from './act.ts'
import { tell } from './history-words.ts'
import { KeyField } from './key-field.tsx'
import { credentialKey } from './list-keys.ts'
import { KeptFields } from './kept-fields.tsx'
import { Life } from './life.tsx'
import { RowMenu } from './row-menu.tsx'
import { Unconfirmed } from './unconfirmed.tsx'

const SHORT = 7

/** What is known beyond the list's own row; read anew when the credential changes. */
function useMore(credential: CredentialView) {
  const [history, setHistory] = useState<readonly HistoryEntry[]>([])
  const [plan, setPlan] = useState<RotationPlan | null>(null)
  useEffect(() => {
    let isMine = true
    void client()
      .call('credential.show', { name: credential.name })
      .then((answer) => isMine && setHistory(answer.ok ? answer.value.history : []))
    return () => {
      isMine = false
    }
  }, [credential])
  useEffect(() => {
    let isMine = true
    setPlan(null)
    void client()
      .call('rotation.plan', { names: [credential.name] })
      .then((answer) => isMine && setPlan(answer.ok ? (answer.value[0] ?? null) : null))
    return () => {
      isMine = false
    }
  }, [credential.name])
  return { history, plan }
}

export function Details({
  credential,
  shown,
  isPage,
}: {
  readonly credential: CredentialView
  readonly shown: readonly CredentialView[]
  /** It is all that the window shows. */
  readonly isPage: boolean
}) {
  const now = useNow(30_000)
  const [Pane, Title, Head] = isPage ? (['main', 'h1', 'h2'] as const) : (['aside', 'h2', 'h3'] as const)
  const vendors = useCredentials((state) => state.vendors)
  const keychain = useHost((state) => state.keychain)
  const live = useRotations((state) => state.live.get(credential.name))
  const { history, plan } = useMore(credential)
  const [isAll, setAll] = useState(false)
  const at = shown.findIndex(({ name }) => name === credential.name)
  const step = (by: number): void => {
    const to = shown[at + by]
    if (to) openDetails(to.name)
  }
  const act = mainAct(credential)
  const vendor = vendorName(vendors, credential.vendor)
  const isRotating = live !== undefined && live.result === null
  return (
    <Pane
      className="detail"
      aria-label={credential.name}
      data-pane="detail"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && event.currentTarget.contains(event.target as Node)) {
          event.preventDefault()
          closeDetails()
        } else credentialKey(event, credential.name, [credential.name])
      }}
    >
      <header className="bar">
        <span className="small dim push-left">
          {at < 0 ? '' : `${(at + 1).toLocaleString('en')} of ${shown.length.toLocaleString('en')}`}
        </span>
        <IconButton look="bare" icon="up" label="Previous key" onClick={() => step(-1)} />
        <IconButton look="bare" icon="down" label="Next key" onClick={() => step(1)} />
        <IconButton look="bare" icon="close" label="Close details" onClick={closeDetails} />
      </header>
      <div className="detail-body">
        <div className="who">
          <VendorMark vendor={credential.vendor} isLarge title={vendor} />
          <div className="grow">
            <Title className="wrap">{safe(credential.name)}</Title>
            <p className="small soft cut">
              {credential.label === null ? vendor : `${vendor} · ${safe(credential.label)}`}
            </p>
          </div>
        </div>
        <KeyField key={credential.name} name={credential.name} tail={credential.tail} />
        <div className="detail-acts">
          <Button look="live" icon={actIcons[act.word]} onClick={act.do}>
            {act.word}
            <kbd aria-hidden="true">R</kbd>
          </Button>
          <RowMenu credential={credential} trigger={<IconButton icon="more" label="More actions" />} />
        </div>
        <Unconfirmed key={`word ${credential.name}`} credential={credential} />
        <section className="sect" aria-labelledby="h-life">
          <header>
            <Head id="h-life">Life</Head>
            <StateWord said={sayState(credential, now, isRotating)} />
          </header>
          <Life credential={credential} history={history} now={now} />
        </section>
        <Facts credential={credential} plan={plan} now={now} keptIn={keychain?.detail ?? null} />
        <KeptFields key={`kept ${credential.name}`} name={credential.name} history={history} Head={Head} />
        <section className="sect" aria-labelledby="h-history">
          <header>
            <Head id="h-history">History</Head>
            {history.length > SHORT && (
              <button type="button" className="link small" onClick={() => setAll(!isAll)}>
                {isAll ? 'Fewer' : `All ${history.length}`}
              </button>
            )}
          </header>
          <ol className="hist">
            {(isAll ? history : history.slice(0, SHORT)).map((entry) => {
              const told = tell(entry)
              return (
                <li key={`${entry.at}${entry.event}`}>
                  <Icon name={told.icon} />
                  <span>{safe(told.text)}</span>
                  <time dateTime={entry.at} title={entry.at}>
                    {agoWord(entry.at, now)}
                  </time>
                </li>
              )
            })}
          </ol>
        </section>
      </div>
    </Pane>
  )
}

type FactsProps = {
  readonly credential: CredentialView
  readonly plan: RotationPlan | null
  readonly now: Date
  readonly keptIn: string | null
}

function Facts({ credential, plan, now, keptIn }: FactsProps) {
  const due = dueInDays(credential, now)
  const expires = expiresInDays(credential, now)
  const rows: readonly (readonly [string, string])[] = [
    ...Object.entries(credential.inputs),
    ['Address', credential.baseUrl ?? ''],
    ['Belongs to', credential.subject ?? ''],
    ['Rotated by', credential.operator ?? ''],
    ['Limit', plan?.limits.join(', ') ?? ''],
    [
      'Policy',
      credential.maxAgeDays === null
        ? ''
        : `${credential.maxAgeDays} days${due === null ? '' : due < 0 ? `, ${-due} d over` : `, ${due} d left`}`,
    ],
    ['Expires', credential.expiresAt === null ? '' : `${dayWord(credential.expiresAt, now)}, in ${expires ?? 0} d`],
    ['Checked', credential.verifiedAt === null ? 'not yet' : agoWord(credential.verifiedAt, now)],
    ['Used by', credential.usedBy.join(', ')],
    ['Tags', credential.tags.join(', ')],
    ['Kept in', credential.store === 'sealed' ? 'Rekey’s encrypted store' : (keptIn ?? 'the system’s keychain')],
    ['Fingerprint', credential.fingerprint],
  ]
  return (
    <section className="sect" aria-label="Facts">
      <dl className="facts">
        {rows
          .filter(([, value]) => value !== '')
          .map(([word, value]) => (
            <div key={word} className="fact">
              <dt>{safe(word, 40)}</dt>
              <dd className={word === 'Fingerprint' ? 'mono' : undefined}>{safe(value)}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}
