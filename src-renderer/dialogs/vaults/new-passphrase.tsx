import { useImperativeHandle, useRef, useState, type Ref } from 'react'
import { FormRow } from '../../ui/form.tsx'
import { SecretField, type SecretFieldHandle } from '../../ui/secret-field.tsx'
import { measureStrength, type Strength } from './measure-strength.ts'

export type NewPassphraseHandle = {
  /** Null where there is none, or the two differ; that is said then. */
  look(): string | null
}
type Props = {
  readonly ref: Ref<NewPassphraseHandle>
  /** Something else locks the file, too: none is then an empty one. */
  readonly isOptional?: boolean
  readonly onEnter: () => void
}

const words: Readonly<Record<Strength, readonly [word: string, look: string]>> = {
  0: ['Guessed at once', 'overdue'],
  1: ['Guessed quickly', 'overdue'],
  2: ['Takes some guessing', 'due'],
  3: ['Hard to guess', 'live'],
  4: ['Very hard to guess', 'live'],
}

/** A passphrase that nobody can reset, twice, with how hard it is to guess. */
export function NewPassphrase({ ref, isOptional = false, onEnter }: Props) {
  const first = useRef<SecretFieldHandle>(null)
  const again = useRef<SecretFieldHandle>(null)
  const [strength, setStrength] = useState<Strength | null>(null)
  const [wrong, setWrong] = useState<'none' | 'differ' | null>(null)
  const turn = useRef(0)
  const measure = (text: string): void => {
    turn.current += 1
    const mine = turn.current
    setWrong(null)
    if (text === '') return setStrength(null)
    void measureStrength(text).then((found) => {
      if (mine === turn.current) setStrength(found)
    })
  }
  useImperativeHandle(ref, () => ({
    look: () => {
      const [text, repeated] = [first.current?.look() ?? '', again.current?.look() ?? '']
      const what = text === '' && repeated === '' && !isOptional ? 'none' : text === repeated ? null : 'differ'
      setWrong(what)
      if (what === 'none') first.current?.focus()
      if (what === 'differ') again.current?.focus()
      return what === null ? text : null
    },
  }))
  return (
    <>
      <FormRow
        label="Passphrase"
        hint={
          strength !== null
            ? undefined
            : isOptional
              ? 'Without one, whoever has the key file opens the vault.'
              : 'Nobody can reset it: without it, the file does not open.'
        }
        error={wrong === 'none' ? 'Give a passphrase.' : undefined}
      >
        {({ id, describedBy }) => (
          <SecretField
            ref={first}
            id={id}
            label="Passphrase for the file"
            describedBy={describedBy}
            isWrong={wrong === 'none'}
            isNewPassword
            onText={measure}
            onEnter={() => again.current?.focus()}
          />
        )}
      </FormRow>
      {strength !== null && <Meter strength={strength} />}
      <FormRow label="Again" error={wrong === 'differ' ? 'The two differ.' : undefined}>
        {({ id, describedBy }) => (
          <SecretField
            ref={again}
            id={id}
            label="Passphrase, again"
            describedBy={describedBy}
            isWrong={wrong === 'differ'}
            isNewPassword
            onText={() => setWrong(null)}
            onEnter={onEnter}
          />
        )}
      </FormRow>
    </>
  )
}

function Meter({ strength }: { readonly strength: Strength }) {
  const [word, look] = words[strength]
  return (
    <div className={`strength ${look}`}>
      <span
        className="strength-bar"
        role="meter"
        aria-label="Strength of the passphrase"
        aria-valuemin={0}
        aria-valuemax={4}
        aria-valuenow={strength}
        aria-valuetext={word}
      >
        {[1, 2, 3, 4].map((step) => (
          <i key={step} className={step <= Math.max(1, strength) ? 'is-on' : undefined} />
        ))}
      </span>
      <p className="small">
        {word}
        {strength < 3 && (
          <span className="soft">
            : who has the file can try at leisure. Four words that have nothing to do with each other are better.
          </span>
        )}
      </p>
    </div>
  )
}
