import { useMemo } from 'react'
import type { ImportPreview } from '../../../src-contract/vault-views.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { originsToConfirm, operatorsToConfirm, vendorsToConfirm, type Question } from '../../state/import-choices.ts'
import { useImport } from '../../state/import-state.ts'
import { confirmOperators, confirmOrigin, decide, undecideVendor } from '../../state/vault-import.ts'
import { Tick } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { counted, listed, shown } from '../../ui/words.ts'
import { LeftOut } from './left-out.tsx'

const MOST_NAMED = 3
const MOST_SHOWN = 4

/** What the file says and nobody here has confirmed. Unticked is safe: such keys are kept, and go nowhere. */
export function Questions({ preview }: { readonly preview: ImportPreview }) {
  const { choices, areOperatorsFine, entries, keysByName } = useImport()
  const vendors = useCredentials((state) => state.vendors)
  const { leftOut, notes } = preview
  const names = leftOut.length + keysByName.length
  const addresses = useMemo(() => originsToConfirm(entries, choices), [entries, choices])
  const operators = useMemo(() => operatorsToConfirm(entries, choices), [entries, choices])
  const guesses = useMemo(() => vendorsToConfirm(preview.entries), [preview])
  if (addresses.length + operators.length + guesses.length + names + notes.length === 0) return null
  const rotated = operators.reduce((sum, { count }) => sum + count, 0)
  const named = operators.slice(0, MOST_NAMED).map(({ of }) => shown(of, 60))
  const more = operators.length - named.length
  const operatorNames = listed(more > 0 ? [...named, counted(more, 'other')] : named)
  return (
    <section className="import-asks" aria-label="To confirm">
      {guesses.map(({ of, count, why }) => {
        const indexes = preview.entries
          .filter(
            ({ guess, vendor, doings }) =>
              guess?.vendor === of && vendor === 'other' && guess.confidence === 'possible' && doings.length > 1,
          )
          .map(({ index }) => index)
        const name = vendorName(vendors, of)
        return (
          <Tick
            key={`vendor ${of}`}
            label={
              count === 1 ? `Take one as a key of ${name}` : `Take ${count.toLocaleString('en')} as keys of ${name}`
            }
            hint={
              count === 1
                ? `${capital(shown(why, 120))}. Unticked, it is kept and not rotated.`
                : `Of the first, ${shown(why, 120)}. Unticked, they are kept and not rotated; a row can say otherwise.`
            }
            isOn={indexes.every((index) => choices.get(index)?.vendor === of)}
            onChange={(isOn) => (isOn ? decide(indexes, { vendor: of }) : undecideVendor(indexes))}
          />
        )
      })}
      {addresses.length > 0 && (
        <fieldset className="import-origins">
          <legend>
            {addresses.length === 1
              ? 'The file says where some keys go'
              : `The file says ${addresses.length} places that keys go to`}
          </legend>
          <p className="form-hint">
            A key tells its whole power to whoever receives it. Until you confirm an address, here or later, Rekey sends
            its keys nowhere: they are kept, and neither checked nor rotated.
          </p>
          {addresses.slice(0, MOST_SHOWN).map((each) => (
            <Origin key={each.of} question={each} />
          ))}
          {addresses.length > MOST_SHOWN && (
            <details>
              <summary>{counted(addresses.length - MOST_SHOWN, 'more address', 'more addresses')}</summary>
              {addresses.slice(MOST_SHOWN).map((each) => (
                <Origin key={each.of} question={each} />
              ))}
            </details>
          )}
        </fieldset>
      )}
      {rotated > 0 && (
        <Tick
          label={`${counted(rotated, 'key')} may be rotated by ${operatorNames}`}
          hint="The file names a key with the power to replace them. Until you confirm it, here or later, they are kept and not rotated."
          isOn={areOperatorsFine}
          onChange={confirmOperators}
        />
      )}
      {names > 0 && <LeftOut leftOut={leftOut} keysByName={keysByName} />}
      {notes.map((note) => (
        <p key={note} className="import-note">
          <Icon name="state-ask" />
          {shown(note)}
        </p>
      ))}
    </section>
  )
}

function Origin({ question: { of, count } }: { readonly question: Question }) {
  const isOn = useImport(({ origins }) => origins.has(of))
  return (
    <Tick
      label={`${counted(count, 'key')} may be sent to ${shown(of, 200)}`}
      {...(isUnsafe(of) ? { hint: 'Not encrypted: whoever is on the way reads the key.' } : {})}
      isOn={isOn}
      onChange={(isFine) => confirmOrigin(of, isFine)}
    />
  )
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

const isUnsafe = (origin: string): boolean =>
  origin.startsWith('http://') && !/^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|$)/.test(origin)
