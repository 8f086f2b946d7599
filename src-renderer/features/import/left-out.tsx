import type { LeftOut as Left } from '../../../src-contract/vault-views.ts'
import { openDialog } from '../../state/dialogs.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { counted, listed, shown } from '../../ui/words.ts'

const MOST_NAMED = 4

/** What the file names and its reader takes for no keys; a person may know better. */
export function LeftOut({
  leftOut,
  keysByName,
}: {
  readonly leftOut: readonly Left[]
  readonly keysByName: readonly string[]
}) {
  const names = [...new Set(leftOut.map(({ name }) => name))]
  return (
    <div className="import-note import-left-out">
      <Icon name="state-ask" />
      <p>
        {names.length > 0 && `Not taken for keys: ${few(names)}. `}
        {keysByName.length > 0 && `Taken for keys as you said: ${few(keysByName)}.`}
      </p>
      <Button isSmall onClick={() => openDialog({ kind: 'import-left-out' })}>
        Choose keys…
      </Button>
    </div>
  )
}

function few(names: readonly string[]): string {
  const named = names.slice(0, MOST_NAMED).map((name) => shown(name, 60))
  const more = names.length - named.length
  return listed(more > 0 ? [...named, counted(more, 'other')] : named)
}
