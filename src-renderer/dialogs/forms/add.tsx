import { useEffect, useRef, useState } from 'react'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { client } from '../../client/client.ts'
import { loadCredentials, useCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { openDetails } from '../../state/navigation.ts'
import { toast } from '../../state/toasts.ts'
import { Button, Keys } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { FormRow, TextRow, Tick } from '../../ui/form.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'
import { shown } from '../../ui/words.ts'
import { Added } from './added.tsx'
import { fieldErrorOf } from './field-of.ts'
import { focusWrong } from './focus-wrong.ts'
import { InputFields, MoreFields, takeSecrets, type SecretInputs } from './more-fields.tsx'
import { suggestName } from './suggest-name.ts'
import { askedOf, emptyDraft, type Draft } from './traits.ts'
import { VendorPicker } from './vendor-picker.tsx'

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._/@:+-]{0,127}$/

/** Takes a key in: whose it is, what to call it, the key. It is proven at its vendor before it is kept. */
export function Add({ vendor: wanted }: { readonly vendor?: string | undefined }) {
  const cancel = useRef<HTMLButtonElement>(null)
  const key = useRef<SecretFieldHandle>(null)
  const vendors = useCredentials((state) => state.vendors)
  const taken = useCredentials((state) => state.byName)
  const [vendorId, setVendor] = useState<string | null>(wanted ?? null)
  const [draft, setDraft] = useState<Draft>(emptyDraft)
  const [unproven, setUnproven] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [doubt, setDoubt] = useState<string | null>(null)
  const secrets = useRef<SecretInputs>(new Map())
  const vendor = vendorId === null ? undefined : vendors.get(vendorId)
  const change = (part: Partial<Draft>): void => setDraft((was) => ({ ...was, ...part }))
  const nameError =
    draft.name === '' || namePattern.test(draft.name)
      ? undefined
      : 'Start with a letter or digit; then letters, digits and . _ / @ : + - are fine.'
  const isTaken = taken.has(draft.name)
  const error = fieldErrorOf(failure)
  useEffect(() => {
    if (fieldErrorOf(failure) !== null) focusWrong()
  }, [failure])
  const suggested = vendorId === null ? '' : suggestName(vendorId, (name) => taken.has(name))

  /** Seen here, before the key is taken out of its field. */
  const missing = (): Failure | null => {
    const input = vendor?.inputs.find(({ name, required, secret }) =>
      !required ? false : secret ? secrets.current.get(name)?.isEmpty() : (draft.inputs[name] ?? '').trim() === '',
    )
    if (input) return fail('missing-input', { vendor: vendor?.name ?? '', input: input.name })
    if (vendor?.baseUrl === null && vendor.id !== 'other' && draft.baseUrl.trim() === '')
      return fail('needs-base-url', { vendor: vendor.name })
    return null
  }

  const add = async (extra: { readonly adopt?: boolean; readonly pin?: string } = {}): Promise<void> => {
    if (vendorId === null || draft.name === '' || nameError !== undefined || isTaken || isBusy) return
    const lacking = missing()
    if (lacking !== null) return setFailure(lacking)
    const secret = key.current?.take() ?? ''
    if (secret === '' && extra.adopt !== true) {
      if (failure?.code !== 'tls-unknown') setFailure(fail('needs-secret'))
      return key.current?.focus()
    }
    const secretInputs = takeSecrets(secrets.current)
    const asked = askedOf(extra.pin === undefined ? draft : { ...draft, pinSha256: extra.pin })
    if (extra.pin !== undefined) change({ pinSha256: extra.pin })
    setBusy(true)
    setFailure(null)
    const answer = await client().call('credential.add', {
      vendor: vendorId,
      name: draft.name,
      secret: secret === '' ? null : secret,
      adopt: extra.adopt ?? false,
      unproven,
      secretInputs,
      ...asked,
    })
    setBusy(false)
    if (!answer.ok) return setFailure(answer.failure)
    await loadCredentials()
    openDetails(answer.value.credential.name)
    const doubts = [
      ...(answer.value.proof === 'no-answer'
        ? [
            `${vendor?.name ?? 'Its vendor'} gave no clear answer, so it is not proven yet. “Check” in its details asks again.`,
          ]
        : []),
      ...(answer.value.warning === null ? [] : [answer.value.warning]),
    ]
    if (doubts.length > 0) return setDoubt(doubts.join('\n'))
    toast(answer.value.proof === 'works' ? `${draft.name} is kept; its vendor says it works` : `${draft.name} is kept`)
    closeDialog()
  }
  if (doubt !== null) return <Added name={draft.name} doubt={doubt} />
  return (
    <Dialog
      width="l"
      title="Add a key"
      subtitle="Rekey checks that it works before it is kept in your keychain."
      onDecide={() => void add()}
      footer={
        <>
          <span className="hint">
            {isBusy
              ? `Asking ${vendor?.name ?? 'the keychain'}…`
              : 'The key goes to your keychain and to its vendor. Nowhere else.'}
          </span>
          <Button ref={cancel} onClick={closeDialog}>
            Cancel
          </Button>
          <Button
            look="live"
            isBusy={isBusy}
            disabled={vendorId === null || draft.name === '' || nameError !== undefined || isTaken}
            onClick={() => void add()}
          >
            Add <Keys keys={['Ctrl', 'Enter']} />
          </Button>
        </>
      }
    >
      <VendorPicker
        value={vendorId}
        onChoose={(id) => {
          setVendor(id)
          setFailure(null)
        }}
      />
      {vendorId !== null && (
        <>
          <div className="form-grid">
            <TextRow
              label="Name"
              placeholder={suggested}
              value={draft.name}
              error={
                isTaken
                  ? 'A key is called that already.'
                  : (nameError ?? (error?.field === 'name' ? error.text : undefined))
              }
              onText={(name) => change({ name: name.trim() })}
            />
            <InputFields
              draft={draft}
              vendor={vendor}
              onChange={change}
              isNew
              error={error}
              secrets={secrets.current}
            />
          </div>
          <FormRow label="Key" error={error?.field === 'key' ? error.text : undefined}>
            {({ id, describedBy }) => (
              <SecretField
                ref={key}
                id={id}
                label="Key"
                describedBy={describedBy}
                isWrong={error?.field === 'key'}
                onEnter={() => void add()}
              />
            )}
          </FormRow>
          <MoreFields draft={draft} vendor={vendor} onChange={change} isNew error={error} />
          {vendorId !== 'other' && (
            <Tick
              label="Keep it without asking the vendor"
              hint="Only for a key that cannot be checked from here."
              isOn={unproven}
              onChange={setUnproven}
            />
          )}
        </>
      )}
      {failure && error === null && (
        <AddFailure failure={failure} onAdopt={() => void add({ adopt: true })} onTrust={(pin) => void add({ pin })} />
      )}
    </Dialog>
  )
}

type AddFailureProps = {
  readonly failure: Failure
  readonly onAdopt: () => void
  readonly onTrust: (pin: string) => void
}

/** A refusal with the way on, where there is one. The key has to be pasted again: it is kept nowhere in between. */
function AddFailure({ failure, onAdopt, onTrust }: AddFailureProps) {
  const known = failure.fields['name']
  const pin = failure.fields['sha256']
  return (
    <FailureNotice failure={failure}>
      {failure.code === 'item-exists' && (
        <Button isSmall onClick={onAdopt}>
          Take it over
        </Button>
      )}
      {(failure.code === 'known-secret' || failure.code === 'known-subject') && known !== undefined && (
        <Button
          isSmall
          onClick={() => {
            closeDialog()
            openDetails(known)
          }}
        >
          Show {shown(known, 40)}
        </Button>
      )}
      {failure.code === 'tls-unknown' && pin !== undefined && (
        <>
          <p className="mono pin">{pin.match(/.{1,2}/g)?.join(':')}</p>
          <p className="small soft">Paste the key again, then trust this certificate.</p>
          <Button isSmall onClick={() => onTrust(pin)}>
            Trust it and add
          </Button>
        </>
      )}
    </FailureNotice>
  )
}
