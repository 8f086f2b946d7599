import { useCallback, useEffect, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import type { DoctorReport } from '../../../src-contract/views.ts'
import { client } from '../../client/client.ts'
import { goTo, toggleSide } from '../../state/navigation.ts'
import { toast } from '../../state/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { counted, shown } from '../../ui/words.ts'

const words: Readonly<Record<string, string>> = {
  home: 'Data folder',
  ledger: 'Ledger',
  keychain: 'Keychain',
  escrow: 'Sealed replies',
  courier: 'Courier',
}

const wordOf = (id: string): string => {
  const [first = id, ...rest] = id.split('-')
  if (first === 'environment') return rest.join('-').toUpperCase()
  return [words[first] ?? first, ...rest.map((part) => (part === 'os' ? 'of the system' : part))].join(' ')
}

/** The hint of a check, where it is not the command line's. */
function hintOf({ id, ok, hint }: DoctorReport['checks'][number]): string | null {
  if (hint === null || !/\brekey \w|--\w|REKEY_/.test(hint)) return hint
  if (id === 'ledger') return 'Go on here once you are sure that no other machine uses this data folder.'
  return ok ? null : 'Unlock the keychain or choose another one in settings, then look again.'
}

/** Everything a rotation stands on, looked at, and what to do about what is not well. */
export function DoctorPage() {
  const [report, setReport] = useState<DoctorReport | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const look = useCallback(async (): Promise<void> => {
    setBusy(true)
    const answer = await client().call('doctor.run', {})
    setBusy(false)
    if (answer.ok) setReport(answer.value)
    setFailure(answer.ok ? null : answer.failure)
  }, [])
  useEffect(() => void look(), [look])
  const goOnHere = async (): Promise<void> => {
    const answer = await client().call('rotation.recover', { here: true })
    if (!answer.ok) return setFailure(answer.failure)
    await look()
  }
  const copy = (): void => {
    const text = (report?.checks ?? []).map(({ id, ok, detail }) => `${ok ? 'ok ' : 'BAD'} ${id}: ${detail}`).join('\n')
    void navigator.clipboard?.writeText(text).then(() => toast('Report copied; it holds no key'))
  }
  return (
    <main className="main app-wide-main" data-pane="main">
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
        <h1 className="push-left">Doctor</h1>
        <Button icon="copy" disabled={report === null} onClick={copy}>
          Copy report
        </Button>
        <Button icon="state-ok" isBusy={isBusy} onClick={() => void look()}>
          Look again
        </Button>
      </header>
      <div className="view" tabIndex={0} role="region" aria-label="Checks">
        {failure && <FailureNotice failure={failure} />}
        {report && (
          <p className="lede">{report.ok ? 'All is in order.' : 'Something needs you. Each line below says what.'}</p>
        )}
        <ul className="checks-list">
          {report?.checks.map((check) => (
            <li key={check.id} className={check.ok ? undefined : 'bad'}>
              <Icon name={check.ok ? 'state-ok' : 'state-attention'} />
              <div>
                <h2>{wordOf(check.id)}</h2>
                <p className="soft wrap">{shown(check.detail)}</p>
                {hintOf(check) !== null && <p>{shown(hintOf(check) ?? '')}</p>}
                {!check.ok && check.id === 'ledger' && (
                  <Button isSmall onClick={() => void goOnHere()}>
                    No other machine uses it: go on here
                  </Button>
                )}
                {!check.ok && check.id.startsWith('keychain') && (
                  <Button isSmall onClick={() => goTo('settings')}>
                    Look after the keychain
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
        {report && report.open.length > 0 && (
          <p className="gap-above">
            {counted(report.open.length, 'rotation')} open.{' '}
            <button type="button" className="link" onClick={() => goTo('attention')}>
              See what needs you
            </button>
          </p>
        )}
      </div>
    </main>
  )
}
