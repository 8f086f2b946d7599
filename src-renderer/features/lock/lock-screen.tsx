import { useEffect, useRef, useState } from 'react'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import type { WebClient } from '../../client/web-client.ts'
import { loadSession, useHost } from '../../state/host.ts'
import { useRotations } from '../../state/rotations.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'
import { counted } from '../../ui/words.ts'

/** The locked window: one way back in, and whether something still runs behind it. */
export function LockScreen({ web }: { readonly web: WebClient | null }) {
  const session = useHost((state) => state.session)
  const live = useRotations((state) => state.live)
  const passphrase = useRef<SecretFieldHandle>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [asked, setAsked] = useState<string | null>(null)
  const by = session?.unlockBy ?? 'click'
  const running = [...live.values()].filter(({ result }) => result === null).length
  useEffect(() => (by === 'passphrase' ? passphrase.current?.focus() : button.current?.focus()), [by])
  const unlock = async (): Promise<void> => {
    const given = by === 'passphrase' ? (passphrase.current?.takeWhole() ?? '') : undefined
    if (given === '') return setFailure(fail('needs-passphrase'))
    setBusy(true)
    setFailure(null)
    const answer = await client().call('session.unlock', given === undefined ? {} : { passphrase: given })
    setBusy(false)
    if (answer.ok) useHost.setState({ session: answer.value })
    else setFailure(answer.failure)
    void loadSession()
  }
  const relaunch = async (): Promise<void> => {
    setBusy(true)
    const how = (await web?.relaunch()) ?? 'gone'
    setBusy(false)
    setAsked(
      {
        opened: 'Rekey opened your browser anew. Go on in the new tab; this one unlocks with it.',
        printed: 'Rekey printed a fresh address in its terminal. Open it within a minute.',
        'too-soon': 'That was a moment ago. Wait a few seconds.',
        gone: 'Rekey is not running any more. Start it again.',
      }[how],
    )
  }
  return (
    <main className="cover">
      <div className="cover-box">
        <span className="tile tile-l">
          <Icon name="lock" />
        </span>
        <h1>Rekey is locked</h1>
        {running > 0 && (
          <p className="soft">
            {counted(running, 'rotation')} still {running === 1 ? 'runs' : 'run'} behind it, and will be finished.
          </p>
        )}
        {by === 'passphrase' && (
          <>
            <SecretField ref={passphrase} label="Passphrase" onEnter={() => void unlock()} />
            <Button look="live" isBusy={isBusy} onClick={() => void unlock()}>
              Unlock
            </Button>
          </>
        )}
        {by === 'click' && (
          <Button ref={button} look="live" isBusy={isBusy} onClick={() => void unlock()}>
            Unlock
          </Button>
        )}
        {by === 'token' && (
          <>
            <p className="soft">It opens with a fresh address from Rekey itself.</p>
            <Button ref={button} look="live" isBusy={isBusy} onClick={() => void relaunch()}>
              Get a fresh address
            </Button>
            {asked !== null && <p role="status">{asked}</p>}
          </>
        )}
        {failure && <FailureNotice failure={failure} />}
      </div>
    </main>
  )
}

const reasons = {
  'no-token': {
    title: 'This page needs its address from Rekey',
    text: 'Open the one that Rekey printed or opened itself; it is good once. “rekey serve” gives a fresh one.',
  },
  expired: {
    title: 'This address is too old',
    text: 'An address is good for a minute, and once. Start Rekey again for a fresh one.',
  },
  replayed: {
    title: 'This address was used before',
    text: 'Somebody else may have seen it, so the session that it began is ended. Start Rekey again.',
  },
  ended: {
    title: 'This session has ended',
    text: 'Rekey was stopped, or its address was used a second time. Start it again for a fresh one.',
  },
} as const

/** A tab that may not speak to the app, and why. */
export function NoSession({ why }: { readonly why: keyof typeof reasons }) {
  const { title, text } = reasons[why]
  return (
    <main className="cover">
      <div className="cover-box">
        <span className="tile tile-l">
          <Icon name="plug" />
        </span>
        <h1>{title}</h1>
        <p className="soft">{text}</p>
      </div>
    </main>
  )
}
