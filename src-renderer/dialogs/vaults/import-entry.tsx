import { useRef, useState } from 'react'
import type { ImportDoing, PreviewEntry } from '../../../src-contract/vault-views.ts'
import { doingWord, entryWords, inputWord } from '../../features/import/entry-words.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { ADDRESS, doingOf, inputsFor, noChoice, vendorOf, type Choice } from '../../state/import-choices.ts'
import { useImport } from '../../state/import-state.ts'
import { decide } from '../../state/vault-import.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FormRow, Segments, TextRow } from '../../ui/form.tsx'
import { StateWord } from '../../ui/state.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { dayWord, shown } from '../../ui/words.ts'
import { focusWrong } from '../forms/focus-wrong.ts'
import { NameHere, useNameField } from './name-here.tsx'
import { useDrafted } from './use-drafted.ts'

/** One entry of a file: where it stands, what it is, whose it is, and what to do with it. */
export function ImportEntry({ index }: { readonly index: number }) {
  const done = useRef<HTMLButtonElement>(null)
  const { preview, choices } = useImport()
  const read = preview?.entries.find((each) => each.index === index)
  const vendors = useCredentials((state) => state.vendors)
  const [draft, setDraft] = useState<Choice>(() => choices.get(index) ?? noChoice)
  const entry = useDrafted(index, draft)
  const name = useNameField(read, draft.name)
  if (!entry || !read) return null
  const drafted = new Map([[index, draft]])
  const vendor = vendorOf(read, drafted)
  const doing = doingOf(entry, drafted)
  const change = (part: Partial<Choice>): void => setDraft((was) => ({ ...was, ...part }))
  const isAdded = doing === 'import' || doing === 'rename'
  const keep = (): void => {
    if (isAdded && name.problem !== null) return focusWrong()
    if (draft !== choices.get(index) && draft !== noChoice) decide([index], draft)
    closeDialog()
  }
  const said = entryWords(entry, drafted, new Date())
  return (
    <Dialog
      safe={done}
      mark={<VendorMark vendor={vendor} isLarge />}
      title={shown(read.name, 140)}
      subtitle={`${shown(entry.where, 120)} of the file`}
      onDecide={keep}
      footer={
        <>
          <span className="push" />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button ref={done} look="live" onClick={keep}>
            Done
          </Button>
        </>
      }
    >
      <div className="entry-what">
        <StateWord said={{ word: said.text, icon: said.icon, className: said.className }} />
      </div>
      {entry.doings.length > 1 && (
        <div className="line">
          <span>What to do</span>
          <Segments<ImportDoing>
            label="What to do"
            value={doing}
            options={entry.doings.map((each) => ({ value: each, word: doingWord(each, entry) }))}
            onChoose={(to) => change({ do: to })}
          />
        </div>
      )}
      {isAdded && <NameHere entry={entry} read={read} field={name} onName={(to) => change({ name: to })} />}
      {entry.doings.length > 1 && doing !== 'skip' && <Whose entry={read} draft={draft} onChange={change} />}
      <Facts entry={entry} title={read.title} vendors={vendors} />
    </Dialog>
  )
}

type WhoseProps = {
  readonly entry: PreviewEntry
  readonly draft: Choice
  readonly onChange: (part: Partial<Choice>) => void
}

/** Whose key it is, and what that vendor needs to know. What the file says for sure is not asked. */
function Whose({ entry, draft, onChange }: WhoseProps) {
  const vendors = useCredentials((state) => state.vendors)
  if (entry.guess?.confidence === 'sure' && entry.missing.length === 0) return null
  const drafted = new Map([[entry.index, draft]])
  const vendor = vendorOf(entry, drafted)
  const asked = inputsFor(entry, drafted, vendors)
  const isNeeded = entry.missing.length > 0 && vendor === entry.guess?.vendor
  const inputs = vendors.get(vendor)?.inputs ?? []
  return (
    <div className="entry-whose">
      <FormRow
        label="Whose key it is"
        hint={
          entry.guess === null
            ? undefined
            : `Rekey thinks: ${vendorName(vendors, entry.guess.vendor)}; ${shown(entry.guess.why, 120)}.`
        }
      >
        {({ id, describedBy }) => (
          <select
            id={id}
            className="select"
            aria-describedby={describedBy}
            value={vendor}
            onChange={(event) => onChange({ vendor: event.target.value })}
          >
            <option value="other">No vendor: kept, not rotated</option>
            {[...vendors.values()]
              .filter(({ id: each }) => each !== 'other')
              .map((each) => (
                <option key={each.id} value={each.id}>
                  {shown(each.name, 60)}
                </option>
              ))}
          </select>
        )}
      </FormRow>
      {asked.map((name) =>
        name === ADDRESS ? (
          <TextRow
            key={name}
            label="Address of your server"
            hint={isNeeded ? 'Keys are sent there.' : 'Leave it empty where the file says it.'}
            placeholder="https://"
            value={draft.baseUrl}
            onText={(baseUrl) => onChange({ baseUrl })}
          />
        ) : (
          <TextRow
            key={name}
            label={inputs.find((input) => input.name === name)?.label ?? inputWord(name)}
            hint={
              isNeeded
                ? 'The vendor needs this; without it the key is kept, not rotated.'
                : 'Leave it empty where the file says it.'
            }
            value={draft.inputs[name] ?? ''}
            onText={(value) => onChange({ inputs: { ...draft.inputs, [name]: value } })}
          />
        ),
      )}
    </div>
  )
}

function Facts({
  entry,
  title,
  vendors,
}: {
  readonly entry: PreviewEntry
  readonly title: string
  readonly vendors: ReturnType<typeof useCredentials.getState>['vendors']
}) {
  const rows: readonly (readonly [string, string])[] = [
    ['In the file', title === entry.name ? '' : title],
    ['Key ends in', entry.tail ?? ''],
    ['Kept here', entry.existing ?? ''],
    ['Vendor', entry.vendor === 'other' ? '' : vendorName(vendors, entry.vendor)],
    ['Address', entry.baseUrl ?? ''],
    ['Rotated by', entry.operator ?? ''],
    ['Expires', entry.expiresAt === null ? '' : dayWord(entry.expiresAt, new Date())],
    ['Tags', entry.tags.join(', ')],
    ['Kept as text', entry.kept.join(', ')],
    ...entry.left.map(({ what, why }) => ['Left out', `${what}: ${why}`] as const),
  ]
  const filled = rows.filter(([, value]) => value !== '')
  if (filled.length === 0) return null
  return (
    <dl className="facts facts-wide entry-facts">
      {filled.map(([word, value]) => (
        <div key={`${word}${value}`} className="fact">
          <dt>{word}</dt>
          <dd>{shown(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
