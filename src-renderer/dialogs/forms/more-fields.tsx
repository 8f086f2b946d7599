import type { VendorView } from '../../../src-contract/views.ts'
import { useCredentials } from '../../state/credentials.ts'
import { AreaRow, FormRow, TextRow } from '../../ui/form.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'
import { inputField, type FieldError } from './field-of.ts'
import type { Draft } from './traits.ts'

type Props = {
  readonly draft: Draft
  readonly vendor: VendorView | undefined
  readonly onChange: (change: Partial<Draft>) => void
  readonly isNew: boolean
  readonly error: FieldError | null
}

export type SecretInputs = Map<string, SecretFieldHandle>

/** What was typed into the secret inputs; they are empty afterwards. */
export function takeSecrets(secrets: SecretInputs): Record<string, string> {
  const taken = [...secrets].map(([name, handle]) => [name, handle.take()] as const)
  return Object.fromEntries(taken.filter(([, text]) => text !== ''))
}

const errorAt = (error: FieldError | null, field: string): string | undefined =>
  error?.field === field ? error.text : undefined

/** What the vendor's file asks for beside the key. */
export function InputFields({
  draft,
  vendor,
  onChange,
  isNew,
  error,
  secrets,
}: Props & { readonly secrets: SecretInputs }) {
  return (
    <>
      {vendor?.inputs.map((input) =>
        input.secret ? (
          <FormRow
            key={input.name}
            label={`${input.label}${input.required ? '' : ', optional'}`}
            hint={isNew ? undefined : 'Empty: the one that is kept stays.'}
            error={errorAt(error, inputField(input.name))}
          >
            {({ id, describedBy }) => (
              <SecretField
                id={id}
                label={input.label}
                describedBy={describedBy}
                isWrong={errorAt(error, inputField(input.name)) !== undefined}
                ref={(handle) => {
                  if (handle) secrets.set(input.name, handle)
                  else secrets.delete(input.name)
                }}
              />
            )}
          </FormRow>
        ) : (
          <TextRow
            key={input.name}
            label={`${input.label}${input.required ? '' : ', optional'}`}
            inputMode={input.type === 'integer' ? 'numeric' : undefined}
            value={draft.inputs[input.name] ?? ''}
            error={errorAt(error, inputField(input.name))}
            onText={(text) => onChange({ inputs: { ...draft.inputs, [input.name]: text } })}
          />
        ),
      )}
      {vendor && vendor.baseUrl === null && (
        <TextRow
          label="Address of your server"
          placeholder="https://conjur.example.com"
          inputMode="url"
          value={draft.baseUrl}
          error={errorAt(error, 'baseUrl')}
          onText={(baseUrl) => onChange({ baseUrl })}
        />
      )}
    </>
  )
}

const isInside = (error: FieldError | null): boolean => error?.field === 'operator' || error?.field === 'baseUrl'

/** Everything that can wait: folded until asked for. */
export function MoreFields({ draft, vendor, onChange, isNew, error }: Props) {
  const all = useCredentials((state) => state.all)
  const operators = all.filter((each) => each.vendor === vendor?.id && each.name !== draft.name)
  return (
    <details className="more-fields" open={!isNew || isInside(error)}>
      <summary>Tags, policy, where it is used</summary>
      <div className="form-grid">
        <TextRow label="Tags" hint="Parted by commas" value={draft.tags} onText={(tags) => onChange({ tags })} />
        <TextRow
          label="Used by"
          hint="Places that must get the new key, parted by commas"
          error={errorAt(error, 'usedBy')}
          value={draft.usedBy}
          onText={(usedBy) => onChange({ usedBy })}
        />
        <TextRow
          label="Rotate every"
          hint="Days"
          inputMode="numeric"
          value={draft.maxAgeDays}
          error={errorAt(error, 'maxAgeDays')}
          onText={(maxAgeDays) => onChange({ maxAgeDays: maxAgeDays.replace(/\D/g, '') })}
        />
        <TextRow label="Expires" type="date" value={draft.expiresAt} onText={(expiresAt) => onChange({ expiresAt })} />
        <TextRow label="Label" value={draft.label} onText={(label) => onChange({ label })} />
        {operators.length > 0 && (
          <FormRow
            label="Rotated by"
            hint="Another key of this vendor that may rotate it"
            error={errorAt(error, 'operator')}
          >
            {({ id, describedBy }) => (
              <select
                id={id}
                className="select"
                aria-describedby={describedBy}
                value={draft.operator}
                onChange={(event) => onChange({ operator: event.target.value })}
              >
                <option value="">Its own key</option>
                {operators.map(({ name }) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </FormRow>
        )}
        {vendor && vendor.baseUrl !== null && (
          <TextRow
            label="Another address"
            hint={`Instead of ${vendor.baseUrl}`}
            inputMode="url"
            value={draft.baseUrl}
            error={errorAt(error, 'baseUrl')}
            onText={(baseUrl) => onChange({ baseUrl })}
          />
        )}
        {vendor && vendor.baseUrl === null && (
          <>
            <TextRow
              label="Trust only this certificate"
              hint="SHA-256 of the server’s own"
              value={draft.pinSha256}
              onText={(pinSha256) => onChange({ pinSha256 })}
            />
            <AreaRow
              label="Your certificate authority"
              hint="PEM text"
              rows={3}
              value={draft.caPem}
              onText={(caPem) => onChange({ caPem })}
            />
          </>
        )}
      </div>
    </details>
  )
}
