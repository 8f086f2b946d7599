import { useEffect, useRef, useState } from 'react'
import type { RotationResult } from '../../../src-contract/views.ts'
import { useCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { useOldTail } from '../../state/rotations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { newLight, oldLight, TwoLights } from '../../ui/two-lights.tsx'
import { counted, secondsWord, shown } from '../../ui/words.ts'
import { KeyField } from '../../features/credentials/key-field.tsx'

/** The new key, once: what the vendor will not show again, and what the keychain keeps. */
export function CopyOnce({ result }: { readonly result: RotationResult }) {
  const done = useRef<HTMLButtonElement>(null)
  const credential = useCredentials((state) => state.byName.get(result.name))
  const { about, settings } = useHost()
  const oldTail = useOldTail(result.name)
  const [copiedAt, setCopiedAt] = useState<number | null>(null)
  const usedBy = credential?.usedBy ?? []
  const [updated, setUpdated] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => say(`Rotated. The new key of ${result.name} works and the old one is dead.`), [result.name])
  return (
    <Dialog
      width="s"
      safe={done}
      canDismiss={false}
      mark={<VendorMark vendor={result.vendor} isLarge />}
      title={`New key for ${shown(result.name, 120)}`}
      subtitle={`Rotated and verified in ${secondsWord(result.durationMs)}`}
      footer={
        <>
          <span className="hint">The vendor will not show it again; Rekey keeps it in your keychain.</span>
          <Button look="ink" ref={done} onClick={closeDialog}>
            Done
          </Button>
        </>
      }
    >
      <KeyField name={result.name} tail={result.newKey?.tail ?? null} isBig onCopied={() => setCopiedAt(Date.now())} />
      {copiedAt !== null && (
        <Countdown since={copiedAt} seconds={settings?.clipboardSeconds ?? 30} isByHost={about?.can.copy ?? false} />
      )}
      {usedBy.length > 0 && (
        <section className="gap-above" aria-labelledby="places">
          <h2 id="places" className="small strong">
            {counted(usedBy.length, 'place')} to update, {updated.size} done
          </h2>
          <ul className="todo">
            {usedBy.map((place) => {
              const isDone = updated.has(place)
              return (
                <li key={place}>
                  <button
                    type="button"
                    role="checkbox"
                    className="check-btn"
                    aria-checked={isDone}
                    onClick={() =>
                      setUpdated((was) =>
                        isDone ? new Set([...was].filter((each) => each !== place)) : new Set([...was, place]),
                      )
                    }
                  >
                    <span className="check">
                      <Icon name="check" />
                    </span>
                    <span className={isDone ? 'cut dim' : 'cut'}>{shown(place)}</span>
                  </button>
                </li>
              )
            })}
          </ul>
        </section>
      )}
      <div className="gap-above">
        <TwoLights old={oldLight(result, oldTail)} next={newLight(result)} />
      </div>
    </Dialog>
  )
}

type CountdownProps = { readonly since: number; readonly seconds: number; readonly isByHost: boolean }

/** How long the copy lives. Spoken at the start, at ten seconds and at the end. */
function Countdown({ since, seconds, isByHost }: CountdownProps) {
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    setLeft(seconds)
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil(seconds - (Date.now() - since) / 1000))), 250)
    return () => clearInterval(timer)
  }, [since, seconds])
  useEffect(() => {
    if (left === seconds || left === 10) say(`The clipboard clears in ${left} seconds`)
    if (left === 0) say('The clipboard was cleared if it still held the key')
  }, [left, seconds])
  return (
    <div className="clip" role="timer" aria-label={`Clipboard clears in ${left} seconds`}>
      <span className="ring" aria-hidden="true">
        <svg viewBox="0 0 36 36">
          <circle className="t" cx="18" cy="18" r="15.5" />
          <circle className="v" cx="18" cy="18" r="15.5" pathLength={seconds} strokeDasharray={`${left} ${seconds}`} />
        </svg>
        <b>{left}</b>
      </span>
      <p className="soft">
        {left > 0
          ? `Your clipboard clears in ${left} seconds, if it still holds this key.`
          : 'Your clipboard was cleared, if it still held this key.'}
        <br />
        {isByHost
          ? 'It was kept out of clipboard history where the system can.'
          : 'A browser can clear it only while this tab is in front; clipboard history may keep it.'}
      </p>
    </div>
  )
}
