import type { Failure } from '../../../src-contract/failures.ts'
import { openDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { showFilter } from '../../state/navigation.ts'
import { Button } from '../../ui/button.tsx'

/** Where a keychain stands in the way: to its passphrase, or to where there is none yet. The file stays open meanwhile. */
export function KeychainWay({ failure }: { readonly failure: Failure }) {
  const keychain = useHost((state) => state.keychain)
  const isLocked = failure.code === 'keychain-locked' || failure.code === 'needs-passphrase'
  if (!isLocked && failure.code !== 'keychain-unavailable') return null
  if (keychain === null || keychain.state === 'new' || keychain.state === 'missing')
    return (
      <Button isSmall onClick={() => showFilter({ kind: 'all' })}>
        Set it up
      </Button>
    )
  const store = failure.code === 'needs-passphrase' ? 'sealed' : 'os'
  return (
    <Button isSmall onClick={() => openDialog({ kind: 'unlock-keychain', store })}>
      Unlock…
    </Button>
  )
}
