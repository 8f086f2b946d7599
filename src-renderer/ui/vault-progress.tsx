import { useEffect, useState } from 'react'
import type { VaultStep } from '../../src-contract/events.ts'
import { useVaultProgress } from '../state/vault-progress.ts'
import { Icon } from './icon.tsx'
import { say } from './live-region.tsx'

/** What takes no longer than this is not talked about. */
const QUIET_MS = 1000

/** True once it has been there for longer than a person should wait in silence. */
function useIsLong(): boolean {
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), QUIET_MS)
    return () => clearTimeout(timer)
  }, [])
  return isLong
}

type Work = 'reading' | 'importing' | 'exporting'

const steps: Readonly<Record<Work, Readonly<Record<VaultStep, string>>>> = {
  reading: { reading: 'Reading', judging: 'Comparing with what is kept', writing: 'Reading', checking: 'Reading' },
  importing: {
    reading: 'Looking at what is kept',
    judging: 'Looking at what is kept',
    writing: 'Keeping',
    checking: 'Checking',
  },
  exporting: {
    reading: 'Taking keys out of the keychain',
    judging: 'Taking keys out of the keychain',
    writing: 'Writing',
    checking: 'Reading it again to compare',
  },
}

/** The step that an import or export is at, with its count where there is one, once it has taken a second. */
export function VaultProgress({ work }: { readonly work: Work }) {
  const progress = useVaultProgress((state) => state.progress)
  const isLong = useIsLong()
  const word = steps[work][progress?.step ?? 'reading']
  useEffect(() => {
    if (isLong) say(word)
  }, [isLong, word])
  if (!isLong) return null
  const has = progress !== null && progress.of > 1
  const count = progress?.of === 0 && progress.done > 0 ? `: ${progress.done.toLocaleString('en')}` : '…'
  return (
    <div className="vault-progress">
      <p>
        <Icon name="state-rotating" turns />
        {word}
        {has ? `: ${progress.done.toLocaleString('en')} of ${progress.of.toLocaleString('en')}` : count}
      </p>
      {has && <progress aria-label={word} max={progress.of} value={progress.done} />}
    </div>
  )
}
