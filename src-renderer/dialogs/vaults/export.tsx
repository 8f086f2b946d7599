import { useEffect, useMemo, useRef, useState } from 'react'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import type { ExportReceipt, VaultFormatView } from '../../../src-contract/vault-views.ts'
import { client } from '../../client/client.ts'
import { useCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { useNavigation } from '../../state/navigation.ts'
import { beginProgress } from '../../state/vault-progress.ts'
import { base64Of } from '../../state/vault-source.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { AreaRow, FormRow, Segments, TextRow, Tick } from '../../ui/form.tsx'
import { VaultProgress } from '../../ui/vault-progress.tsx'
import { counted, shown } from '../../ui/words.ts'
import { focusWrong } from '../forms/focus-wrong.ts'
import { ExportDone } from './export-done.tsx'
import { KeyFile } from './key-file.tsx'
import {
  namesIn,
  PLAIN,
  recipientsOf,
  sealsOf,
  sealWords,
  whatIsLost,
  whichOf,
  type Seal,
  type Which,
} from './export-plan.ts'
import { NewPassphrase, type NewPassphraseHandle } from './new-passphrase.tsx'

/** It may be gone since it was chosen. */
const keyOf = async (file: File): Promise<Result<{ readonly keyFile: string }>> => {
  try {
    return ok({ keyFile: await base64Of(file) })
  } catch {
    return err(fail('bad-input', { what: `${file.name} cannot be read`, fix: 'choose the key file again' }))
  }
}

/** Keys out into a file: which, in what format, and what keeps others from reading it. The host asks for the place. */
export function Export({ names }: { readonly names: readonly string[] | null }) {
  const all = useCredentials((state) => state.all)
  const { selected, filter } = useNavigation()
  const host = useHost((state) => state.about?.host)
  const picked = useMemo(() => names ?? [...selected], [names, selected])
  const [formats, setFormats] = useState<readonly VaultFormatView[]>([])
  const [which, setWhich] = useState<Which>(() =>
    picked.length > 0
      ? { kind: 'selected' }
      : filter.kind === 'tag'
        ? { kind: 'tag', tag: filter.tag }
        : { kind: 'all' },
  )
  const [formatId, setFormatId] = useState('rekey')
  const [wantedSeal, setSeal] = useState<Seal>('passphrase')
  const [recipients, setRecipients] = useState('')
  const [wantedKeyFile, setKeyFile] = useState<File | null>(null)
  const [typed, setTyped] = useState('')
  const [evenIfOpen, setEvenIfOpen] = useState(false)
  const [isTried, setTried] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [receipt, setReceipt] = useState<ExportReceipt | null>(null)
  const passphrase = useRef<NewPassphraseHandle>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    void client()
      .call('vault.formats', {})
      .then((answer) => {
        if (answer.ok) setFormats(answer.value.filter(({ writes }) => writes))
        else setFailure(answer.failure)
      })
  }, [])
  const format = formats.find(({ id }) => id === formatId) ?? formats[0]
  const tags = useMemo(() => [...new Set(all.flatMap((each) => each.tags))].toSorted(), [all])
  if (receipt !== null) return <ExportDone receipt={receipt} />
  const wanted = namesIn(all, which, picked)
  const open = all.filter(({ name, openRotation }) => openRotation !== null && wanted.has(name)).map(({ name }) => name)
  const chosen = evenIfOpen ? wanted : new Set([...wanted].filter((name) => !open.includes(name)))
  const isAsked = host !== 'browser'
  const seals = format === undefined ? [] : sealsOf(format)
  const seal = seals.includes(wantedSeal) ? wantedSeal : (seals[0] ?? 'none')
  const keyFile = seal === 'passphrase' && format?.keyFiles === true ? wantedKeyFile : null
  const given = recipientsOf(recipients)
  const isTyped = typed.trim().toLowerCase() === PLAIN
  const sealed = (): { passphrase?: string; recipients?: string[]; plainText?: boolean } | null => {
    if (seal === 'passphrase') {
      const text = passphrase.current?.look() ?? null
      return text === null ? null : text === '' ? {} : { passphrase: text }
    }
    if (seal === 'recipients')
      return given.wrong === null && given.all.length > 0 ? { recipients: [...given.all] } : null
    return isTyped ? { plainText: true } : null
  }
  const write = async (): Promise<void> => {
    if (isBusy || format === undefined || chosen.size === 0) return
    setTried(true)
    setFailure(null)
    const how = sealed()
    if (how === null) return focusWrong()
    setBusy(true)
    beginProgress()
    const key = keyFile === null ? ok({}) : await keyOf(keyFile)
    if (!key.ok) {
      setBusy(false)
      return setFailure(key.failure)
    }
    const answer = await client().call('vault.export', {
      to: { ask: true },
      format: format.id,
      ...how,
      ...key.value,
      ...whichOf(which, chosen, wanted),
      evenIfOpen,
    })
    setBusy(false)
    if (answer.ok) return setReceipt(answer.value)
    // who closes the question for a place has not been refused anything
    if (answer.failure.code !== 'cancelled') setFailure(answer.failure)
  }
  const lost = format === undefined ? '' : whatIsLost(format)
  return (
    <Dialog
      width="l"
      safe={cancel}
      canDismiss={!isBusy}
      title="Export keys"
      subtitle="Into a file, read again and compared before it is called done. The keys stay here, too."
      onDecide={() => void write()}
      footer={
        <>
          <div className="hint">
            {isBusy ? (
              <VaultProgress work="exporting" />
            ) : isAsked ? null : (
              'It goes into Downloads, under a name that is free.'
            )}
          </div>
          <Button ref={cancel} disabled={isBusy} onClick={closeDialog}>
            Cancel
          </Button>
          <Button look={seal === 'none' ? 'ink' : 'live'} isBusy={isBusy} onClick={() => void write()}>
            {`Export ${counted(chosen.size, 'key')}${isAsked ? '…' : ''}`}
          </Button>
        </>
      }
    >
      <div className="line">
        <span>Which keys</span>
        <Segments<Which['kind']>
          label="Which keys"
          value={which.kind}
          options={[
            { value: 'all', word: `All ${all.length.toLocaleString('en')}` },
            ...(picked.length > 0
              ? [{ value: 'selected' as const, word: `Selected ${picked.length.toLocaleString('en')}` }]
              : []),
            ...(tags.length > 0 ? [{ value: 'tag' as const, word: 'With a tag' }] : []),
          ]}
          onChoose={(kind) => setWhich(kind === 'tag' ? { kind, tag: tags[0] ?? '' } : { kind })}
        />
      </div>
      {which.kind === 'tag' && (
        <FormRow label="Tag">
          {({ id }) => (
            <select
              id={id}
              className="select"
              value={which.tag}
              onChange={(event) => setWhich({ kind: 'tag', tag: event.target.value })}
            >
              {tags.map((tag) => (
                <option key={tag} value={tag}>
                  {shown(tag, 64)}
                </option>
              ))}
            </select>
          )}
        </FormRow>
      )}
      {open.length > 0 && (
        <Tick
          label={`Also ${counted(open.length, 'key')} of which a rotation is open`}
          hint="Nobody knows yet which key of them works: the file would hold the one that is kept now."
          isOn={evenIfOpen}
          onChange={setEvenIfOpen}
        />
      )}
      <FormRow label="Format" hint={lost === '' ? 'It carries everything: tags, policy, history, operators.' : lost}>
        {({ id, describedBy }) => (
          <select
            id={id}
            className="select"
            aria-describedby={describedBy}
            value={format?.id ?? ''}
            onChange={(event) => setFormatId(event.target.value)}
          >
            {formats.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
                {each.protection === 'plain' ? ', in clear' : ''}
              </option>
            ))}
          </select>
        )}
      </FormRow>
      {seals.length > 1 && (
        <div className="line">
          <span>Locked with</span>
          <Segments<Seal>
            label="Locked with"
            value={seal}
            options={seals.map((value) => ({ value, word: sealWords[value] }))}
            onChoose={setSeal}
          />
        </div>
      )}
      {seal === 'passphrase' && (
        <NewPassphrase ref={passphrase} isOptional={keyFile !== null} onEnter={() => void write()} />
      )}
      {seal === 'passphrase' && format?.keyFiles === true && (
        <KeyFile
          file={wantedKeyFile}
          onChoose={setKeyFile}
          hint={
            keyFile === null
              ? 'A file that is needed beside the passphrase, if you have one.'
              : 'The vault opens only with this very file, to the last byte. Keep a copy of it elsewhere: Rekey keeps none.'
          }
        />
      )}
      {seal === 'recipients' && (
        <AreaRow
          label="age recipients"
          hint="age1…, one a line. Only they can open the file; Rekey itself cannot read it back."
          error={
            isTried && given.all.length === 0
              ? 'Give at least one.'
              : isTried && given.wrong !== null
                ? `That is no recipient: ${shown(given.wrong, 60)}`
                : undefined
          }
          rows={3}
          value={recipients}
          onText={setRecipients}
        />
      )}
      {seal === 'none' && (
        <div className="in-clear">
          <p>
            {`The file will hold ${counted(chosen.size, 'key')} as readable text, for whoever can read the file, its backups and its copies.`}
          </p>
          <TextRow
            label={`Type “${PLAIN}” to go on`}
            error={isTried && !isTyped ? 'Type it as it stands.' : undefined}
            value={typed}
            onText={setTyped}
          />
        </div>
      )}
      {chosen.size === 0 && (
        <FailureNotice failure={fail('bad-input', { what: 'there is nothing to export', fix: 'choose other keys' })} />
      )}
      {failure !== null && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
