import { useEffect, useState } from 'react'
import type { VaultStep } from '../../src-contract/events.ts'
import { useVaultProgress } from '../state/vault-progress.ts'
import { Icon } from './icon.tsx'
import { say } from './live-region.tsx'

/** What takes no longer than this is not talked about. */
const QUIET_MS = 1000

function useIsLong(isGoingOn: boolean): boolean {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    if (!isGoingOn) return
    const timer = setTimeout(() => setLong(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [isGoingOn])
  return isLong
}

const importing: Readonly<Record<VaultStep, string>> = {
  reading: 'Reading',
  judging: 'Comparing with what is kept',
  writing: 'Keeping',
  checking: 'Checking',
}
const exporting: Readonly<Record<VaultStep, string>> = {
  reading: 'Taking keys out of the keychain',
  judging: 'Looking',
  writing: 'Writing',
  checking: 'Reading it again to compare',
}

/** The step that an import or export is at, with its count where there is one, once it has taken a second. */
export function VaultProgress({
  isGoingOn,
  isExport = false,
}: {
  readonly isGoingOn: boolean
  readonly isExport?: boolean
}) {
  const progress = useVaultProgress((state) => state.progress)
  const isLong = useIsLong(isGoingOn)
  const words = isExport ? exporting : importing
  const word = words[progress?.step ?? 'reading']
  useEffect(() => {
    if (isLong) say(word)
  }, [isLong, word])
  if (!isLong) return null
  const has = progress !== null && progress.of > 1
  return (
    <div className="vault-progress">
      <p>
        <Icon name="state-rotating" turns />
        {word}
        {has ? `: ${progress.done.toLocaleString('en')} of ${progress.of.toLocaleString('en')}` : '…'}
      </p>
      {has && <progress aria-label={word} max={progress.of} value={progress.done} />}
    </div>
  )
}
