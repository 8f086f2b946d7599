import { useState } from 'react'
import type { PreviewEntry } from '../../../src-contract/vault-views.ts'
import { useCredentials } from '../../state/credentials.ts'
import { nameProblem } from '../../state/import-name.ts'
import { useImport } from '../../state/import-state.ts'
import { TextRow } from '../../ui/form.tsx'
import { shown } from '../../ui/words.ts'

type NameField = {
  /** What stands in the field; null: nobody touched it. */
  readonly text: string | null
  readonly problem: string | null
  /** Takes what is typed; the name to go on with, or null where it cannot be one. */
  readonly type: (text: string) => string | null
}

/** The name of an entry as a person types it, looked at with every letter. */
export function useNameField(read: PreviewEntry | undefined, said: string): NameField {
  const { entries, choices } = useImport()
  const byName = useCredentials((state) => state.byName)
  const [text, setText] = useState<string | null>(said === '' ? null : said)
  const problemOf = (typed: string): string | null =>
    read === undefined || isAsRead(read, typed) ? null : nameProblem(typed, read.index, entries, choices, byName.keys())
  return {
    text,
    problem: text === null ? null : problemOf(text.trim()),
    type: (typed) => {
      setText(typed)
      const name = typed.trim()
      if (problemOf(name) !== null) return null
      return read !== undefined && isAsRead(read, name) ? '' : name
    },
  }
}

const isAsRead = ({ kind, name }: PreviewEntry, typed: string): boolean => kind === 'new' && name === typed

type Props = {
  readonly entry: PreviewEntry
  /** As the file has it. */
  readonly read: PreviewEntry
  readonly field: NameField
  readonly onName: (name: string) => void
}

/** What it is called here: as the file has it, unless somebody says otherwise. */
export function NameHere({ entry, read, field, onName }: Props) {
  const usual = entry.renamedTo ?? entry.name
  return (
    <TextRow
      label="Name here"
      hint={usual === read.name ? undefined : `The file calls it ${shown(read.name, 120)}.`}
      error={field.problem ?? undefined}
      value={field.text ?? usual}
      onText={(typed) => {
        const name = field.type(typed)
        if (name !== null) onName(name)
      }}
    />
  )
}
