import type { VendorView } from '../../../src-contract/views.ts'
import { useCredentials } from '../../state/credentials.ts'
import { AreaRow, FormRow, TextRow } from '../../ui/form.tsx'
import type { Draft } from './traits.ts'

type Props = {
  readonly draft: Draft
  readonly vendor: VendorView | undefined
  readonly onChange: (change: Partial<Draft>) => void
  readonly isNew: boolean
}

/** What the vendor's file asks for beside the key. */
export function InputFields({ draft, vendor, onChange }: Omit<Props, 'isNew'>) {
  return (
    <>
      {vendor?.inputs.map((input) =>
        input.secret ? (
          <TextRow
            key={input.name}
            label={`${input.label}${input.required ? '' : ', optional'}`}
            type="password"
            autoComplete="off"
            value={draft.secretInputs[input.name] ?? ''}
            onText={(text) => onChange({ secretInputs: { ...draft.secretInputs, [input.name]: text } })}
          />
        ) : (
          <TextRow
            key={input.name}
            label={`${input.label}${input.required ? '' : ', optional'}`}
            inputMode={input.type === 'integer' ? 'numeric' : undefined}
            value={draft.inputs[input.name] ?? ''}
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
          onText={(baseUrl) => onChange({ baseUrl })}
        />
      )}
    </>
  )
}

/** Everything that can wait: folded until asked for. */
export function MoreFields({ draft, vendor, onChange, isNew }: Props) {
  const all = useCredentials((state) => state.all)
  const operators = all.filter((each) => each.vendor === vendor?.id && each.name !== draft.name)
  return (
    <details className="more-fields" open={!isNew}>
      <summary>Tags, policy, where it is used</summary>
      <div className="form-grid">
        <TextRow label="Tags" hint="Parted by commas" value={draft.tags} onText={(tags) => onChange({ tags })} />
        <TextRow
          label="Used by"
          hint="Places that must get the new key, parted by commas"
          value={draft.usedBy}
          onText={(usedBy) => onChange({ usedBy })}
        />
        <TextRow
          label="Rotate every"
          hint="Days"
          inputMode="numeric"
          value={draft.maxAgeDays}
          onText={(maxAgeDays) => onChange({ maxAgeDays: maxAgeDays.replace(/\D/g, '') })}
        />
        <TextRow label="Expires" type="date" value={draft.expiresAt} onText={(expiresAt) => onChange({ expiresAt })} />
        <TextRow label="Label" value={draft.label} onText={(label) => onChange({ label })} />
        {operators.length > 0 && (
          <FormRow label="Rotated by" hint="Another key of this vendor that may rotate it">
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
