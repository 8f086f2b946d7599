import { useEffect, useRef, useState, type FormEvent } from 'react'
import { KeyFile } from '../../dialogs/vaults/key-file.tsx'
import type { VaultFormatView } from '../../../src-contract/vault-views.ts'
import { client } from '../../client/client.ts'
import { useImport } from '../../state/import-state.ts'
import { nextFile, readFile, type Opening } from '../../state/vault-import.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { FormRow } from '../../ui/form.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'
import { shown } from '../../ui/words.ts'
import { Columns, type Parts } from './columns.tsx'

const titles = {
  passphrase: 'is locked with a passphrase',
  'passphrase-or-key-file': 'is locked with a passphrase, a key file, or both',
  identities: 'is sealed for age recipients',
  columns: 'is a table whose columns Rekey does not know',
  format: 'does not say what it is',
} as const

/** What the file cannot be read without; a wrong word is said at its field, and the file is not touched. */
export function OpenFile() {
  const { asks, failure, fileName, next } = useImport()
  const passphrase = useRef<SecretFieldHandle>(null)
  const identities = useRef<HTMLTextAreaElement | null>(null)
  const [keyFile, setKeyFile] = useState<File | null>(null)
  const [parts, setParts] = useState<Parts>(null)
  const [format, setFormat] = useState('')
  const [isTried, setTried] = useState(false)
  const isWrong = failure?.code === 'vault-passphrase'
  const said = isWrong ? 'The file does not open with that. Nothing was changed; try again.' : undefined
  const hasPassphrase = asks === 'passphrase' || asks === 'passphrase-or-key-file'
  useEffect(() => passphrase.current?.focus(), [])
  const open = (event?: FormEvent): void => {
    event?.preventDefault()
    setTried(true)
    const opening = openingOf()
    if (opening !== null) void readFile(opening)
  }
  const openingOf = (): Opening | null => {
    if (asks === 'format') return format === '' ? null : { format }
    if (asks === 'columns') {
      if (parts?.includes('secret') !== true) return null
      return { map: Object.fromEntries(parts.map((part, at) => [`#${at + 1}`, part])) }
    }
    if (asks === 'identities') {
      const text = identities.current?.value ?? ''
      if (identities.current) identities.current.value = ''
      return text.trim() === '' ? null : { identities: text }
    }
    const text = passphrase.current?.takeWhole() ?? ''
    if (text === '' && keyFile === null) return null
    return { ...(text === '' ? {} : { passphrase: text }), ...(keyFile === null ? {} : { keyFile }) }
  }
  const isMissing = isTried && failure === null
  return (
    <div className="view">
      <form
        className={asks === 'columns' ? 'import-choose import-columns' : 'import-choose import-open'}
        onSubmit={open}
      >
        <h2>
          {shown(fileName, 120)} {titles[asks]}
        </h2>
        {hasPassphrase && (
          <FormRow label="Passphrase" error={said ?? (isMissing ? 'Give what opens it.' : undefined)}>
            {({ id, describedBy }) => (
              <SecretField
                ref={passphrase}
                id={id}
                label="Passphrase"
                describedBy={describedBy}
                isWrong={isWrong}
                onEnter={open}
              />
            )}
          </FormRow>
        )}
        {asks === 'passphrase-or-key-file' && <KeyFile file={keyFile} onChoose={setKeyFile} />}
        {asks === 'identities' && <Identities field={identities} error={said} isMissing={isMissing} />}
        {asks === 'columns' && (
          <Columns parts={parts} isMissing={isMissing && parts?.includes('secret') !== true} onParts={setParts} />
        )}
        {asks === 'format' && <Formats value={format} onChoose={setFormat} isMissing={isMissing} />}
        {failure !== null && !isWrong && <FailureNotice failure={failure} />}
        <footer className="row-btns">
          <Button onClick={nextFile}>{next === null ? 'Cancel' : 'Skip this file'}</Button>
          <Button look="live" type="submit">
            Open it
          </Button>
        </footer>
      </form>
    </div>
  )
}

/** An age identity is a secret: it stays in its field, as a passphrase does. */
function Identities({
  field,
  error,
  isMissing,
}: {
  readonly field: { current: HTMLTextAreaElement | null }
  readonly error: string | undefined
  readonly isMissing: boolean
}) {
  return (
    <FormRow
      label="age identities"
      hint="AGE-SECRET-KEY-…, one a line."
      error={error ?? (isMissing ? 'Paste at least one.' : undefined)}
    >
      {({ id, describedBy }) => (
        <textarea
          ref={(node) => {
            field.current = node
          }}
          id={id}
          className="area masked-area"
          rows={3}
          aria-describedby={describedBy}
          aria-invalid={error !== undefined}
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore=""
        />
      )}
    </FormRow>
  )
}

function Formats({
  value,
  onChoose,
  isMissing,
}: {
  readonly value: string
  readonly onChoose: (format: string) => void
  readonly isMissing: boolean
}) {
  const [formats, setFormats] = useState<readonly VaultFormatView[]>([])
  useEffect(() => {
    void client()
      .call('vault.formats', {})
      .then((answer) => answer.ok && setFormats(answer.value))
  }, [])
  return (
    <FormRow label="What it is" error={isMissing && value === '' ? 'Choose what it is.' : undefined}>
      {({ id, describedBy }) => (
        <select
          id={id}
          className="select"
          aria-describedby={describedBy}
          value={value}
          onChange={(event) => onChoose(event.target.value)}
        >
          <option value="">Choose…</option>
          {formats.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      )}
    </FormRow>
  )
}
