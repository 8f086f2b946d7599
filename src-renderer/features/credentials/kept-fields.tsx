import type { HistoryEntry } from '../../../src-contract/views.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { shown } from '../../ui/words.ts'
import { useRevealed } from './key-field.tsx'

/** Names of what an import kept beside the key, from the newest that kept any. */
function namesKept(history: readonly HistoryEntry[]): readonly string[] {
  const kept = history.map(({ detail }) => detail['kept']).find((names) => Array.isArray(names))
  return Array.isArray(kept) ? [...new Set(kept.filter((name): name is string => typeof name === 'string'))] : []
}

/** What came along from a file and has no place of its own: as secret as the key, and shown as it is, one at a time. */
export function KeptFields({
  name,
  history,
  Head,
}: {
  readonly name: string
  readonly history: readonly HistoryEntry[]
  readonly Head: 'h2' | 'h3'
}) {
  const names = namesKept(history)
  if (names.length === 0) return null
  return (
    <section className="sect" aria-labelledby="h-kept">
      <header>
        <Head id="h-kept">Came with it</Head>
      </header>
      <ul className="kept">
        {names.map((field) => (
          <KeptField key={field} name={name} field={field} />
        ))}
      </ul>
    </section>
  )
}

function KeptField({ name, field }: { readonly name: string; readonly field: string }) {
  const { secret, failure, reveal, hide } = useRevealed(name, false, field)
  return (
    <li>
      <span className="cut" title={shown(field)}>
        {shown(field, 80)}
      </span>
      <Button
        look="bare"
        isSmall
        aria-pressed={secret !== null}
        aria-label={`${secret === null ? 'Reveal' : 'Hide'} ${shown(field, 80)}`}
        onClick={() => (secret === null ? void reveal() : hide())}
      >
        {secret === null ? 'Reveal' : 'Hide'}
      </Button>
      {secret !== null && (
        <pre className="mono" data-secret="" tabIndex={0} role="region" aria-label={shown(field, 80)}>
          {secret}
        </pre>
      )}
      {failure !== null && <FailureNotice failure={failure} />}
    </li>
  )
}
