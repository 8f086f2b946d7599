import type { ImportDoing, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { doingOf } from '../../state/import-choices.ts'
import { useImport } from '../../state/import-state.ts'
import { decide } from '../../state/vault-import.ts'
import { Icon } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
import { counted } from '../../ui/words.ts'
import { doingWord } from './entry-words.ts'

/** Where what is shown differs. */
const mixed: Readonly<Record<ImportDoing, string>> = {
  import: 'Add',
  replace: 'Take the file’s',
  rename: 'Add, renamed',
  skip: 'Leave out',
}
const all: readonly ImportDoing[] = ['import', 'replace', 'rename', 'skip']

/** One word for everything that is shown, where it is possible. */
export function DoAll({ rows }: { readonly rows: readonly PreviewEntry[] }) {
  const choices = useImport((state) => state.choices)
  const open = rows.filter(({ doings }) => doings.length > 1)
  if (open.length < 2) return null
  const options = all.flatMap((doing) => {
    const able = open.filter(({ doings }) => doings.includes(doing))
    const [first] = able
    if (first === undefined) return []
    const own = doingWord(doing, first)
    return [{ doing, able, word: able.every((entry) => doingWord(doing, entry) === own) ? own : mixed[doing] }]
  })
  const common = options.find(({ doing }) => open.every((entry) => doingOf(entry, choices) === doing))
  return (
    <span className="drop import-all">
      <select
        aria-label={`What to do with all ${open.length.toLocaleString('en')} shown`}
        value={common?.doing ?? ''}
        onChange={({ target }) => {
          const chosen = options.find(({ doing }) => doing === target.value)
          if (!chosen) return
          decide(
            chosen.able.map(({ index }) => index),
            { do: chosen.doing },
          )
          say(`${chosen.word}: ${counted(chosen.able.length, 'entry', 'entries')}`)
        }}
      >
        {common === undefined && <option value="">For all shown…</option>}
        {options.map(({ doing, able, word }) => (
          <option key={doing} value={doing}>
            {able.length === open.length ? `${word}, all` : `${word}, ${able.length.toLocaleString('en')} of them`}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </span>
  )
}
