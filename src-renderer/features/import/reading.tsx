import { useEffect, useState } from 'react'
import type { VaultStep } from '../../../src-contract/events.ts'
import { cancelImport, useImport } from '../../state/vault-import.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
import { shown } from '../../ui/words.ts'

/** What takes no longer than this is not talked about. */
const QUIET_MS = 1000

/** True once something has gone on for longer than a person should wait in silence. */
export function useIsLong(isGoingOn: boolean): boolean {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    if (!isGoingOn) return
    const timer = setTimeout(() => setLong(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [isGoingOn])
  return isLong
}

const words: Readonly<Record<VaultStep, string>> = {
  reading: 'Reading',
  judging: 'Comparing with what is kept',
  writing: 'Keeping',
  checking: 'Reading it again to compare',
}

/** The step it is at, with its count where there is one. */
export function Progress({ isGoingOn }: { readonly isGoingOn: boolean }) {
  const progress = useImport((state) => state.progress)
  const isLong = useIsLong(isGoingOn)
  const word = progress === null ? 'Reading' : words[progress.step]
  useEffect(() => {
    if (isLong) say(word)
  }, [isLong, word])
  if (!isLong) return null
  const has = progress !== null && progress.of > 1
  return (
    <div className="import-progress">
      <p>
        <Icon name="state-rotating" turns />
        {word}
        {has ? `: ${progress.done.toLocaleString('en')} of ${progress.of.toLocaleString('en')}` : '…'}
      </p>
      {has && <progress aria-label={word} max={progress.of} value={progress.done} />}
    </div>
  )
}

/** The file is read; a large one, or one that is locked well, takes its time. */
export function Reading() {
  const fileName = useImport((state) => state.fileName)
  return (
    <div className="view" aria-busy="true">
      <div className="import-choose">
        <p className="soft">Opening {shown(fileName, 120)}.</p>
        <Progress isGoingOn />
        <Button onClick={cancelImport}>Cancel</Button>
      </div>
    </div>
  )
}
