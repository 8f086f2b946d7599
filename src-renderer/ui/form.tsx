import { radioKey, radioTab } from './radios.ts'
import { useId, type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes } from 'react'

type RowProps = {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode
}

/** A field with its name above and what is to be known of it below; an error stands where the hint stood. */
export function FormRow({ label, hint, error, children }: RowProps) {
  const id = useId()
  const text = error ?? hint
  return (
    <div className={error === undefined ? 'form-row' : 'form-row is-wrong'}>
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: text === undefined ? undefined : `${id}-hint` })}
      {text !== undefined && (
        <p id={`${id}-hint`} className="form-hint" role={error === undefined ? undefined : 'alert'}>
          {text}
        </p>
      )}
    </div>
  )
}

type TextProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> &
  Omit<RowProps, 'children'> & { readonly onText: (text: string) => void }

export function TextRow({ label, hint, error, onText, ...rest }: TextProps) {
  return (
    <FormRow label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <span className="field">
          <input
            id={id}
            aria-describedby={describedBy}
            aria-invalid={error !== undefined}
            autoComplete="off"
            spellCheck={false}
            {...rest}
            onChange={(event) => onText(event.target.value)}
          />
        </span>
      )}
    </FormRow>
  )
}

type AreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> &
  Omit<RowProps, 'children'> & { readonly onText: (text: string) => void }

export function AreaRow({ label, hint, error, onText, ...rest }: AreaProps) {
  return (
    <FormRow label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          className="area"
          aria-describedby={describedBy}
          spellCheck={false}
          {...rest}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </FormRow>
  )
}

/** A choice of yes or no, with what it does. */
export function Tick({
  label,
  hint,
  isOn,
  onChange,
}: {
  readonly label: string
  readonly hint?: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}) {
  const id = useId()
  return (
    <div className="tick">
      <input
        id={id}
        type="checkbox"
        checked={isOn}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="form-hint">
            {hint}
          </p>
        )}
      </div>
    </div>
  )
}

type ChoiceProps<T extends string> = {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly word: string }[]
  readonly onChoose: (value: T) => void
}

/** One of a few, side by side. */
export function Segments<T extends string>({ label, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <span className="seg" role="radiogroup" aria-label={label} onKeyDown={radioKey}>
      {options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={value === option.value}
          tabIndex={radioTab(value === option.value, index === 0, !options.some((each) => each.value === value))}
          onClick={() => onChoose(option.value)}
        >
          {option.word}
        </button>
      ))}
    </span>
  )
}
