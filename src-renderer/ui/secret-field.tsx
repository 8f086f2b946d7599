/** A field for a key. Its text is nowhere but in the input itself, and `take` empties it. */
import { useImperativeHandle, useRef, useState, type Ref } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

export type SecretFieldHandle = {
  /** The text, trimmed at its ends; the field is empty afterwards. */
  take(): string
  /** As it is, for a passphrase, which may begin or end with a space. */
  takeWhole(): string
  /** As it is, and left in its field: for an act that a person may take back and do again. */
  look(): string
  focus(): void
  isEmpty(): boolean
}

type Props = {
  readonly label: string
  readonly onText?: (text: string) => void
  readonly onEnter?: () => void
  readonly ref?: Ref<SecretFieldHandle>
  readonly placeholder?: string
  readonly describedBy?: string | undefined
  readonly id?: string
  readonly isWrong?: boolean
  readonly isNewPassword?: boolean
}

export function SecretField({
  label,
  onText,
  onEnter,
  ref,
  placeholder,
  describedBy,
  isNewPassword,
  id,
  isWrong,
}: Props) {
  const input = useRef<HTMLInputElement>(null)
  const [isShown, setShown] = useState(false)
  const empty = (): string => {
    const text = input.current?.value ?? ''
    if (input.current) input.current.value = ''
    setShown(false)
    return text
  }
  useImperativeHandle(ref, () => ({
    take: () => empty().trim(),
    takeWhole: empty,
    look: () => input.current?.value ?? '',
    focus: () => input.current?.focus(),
    isEmpty: () => (input.current?.value ?? '').trim() === '',
  }))
  return (
    <span className="field paste">
      <Icon name="key" />
      <input
        ref={input}
        id={id}
        className="mono"
        type={isShown ? 'text' : 'password'}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={isWrong}
        placeholder={placeholder}
        autoComplete={isNewPassword ? 'new-password' : 'off'}
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        data-1p-ignore=""
        data-lpignore="true"
        onInput={(event) => onText?.(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return
          event.preventDefault()
          onEnter?.()
        }}
      />
      <Button look="bare" isSmall icon="eye" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
        {isShown ? 'Hide' : 'Reveal'}
      </Button>
    </span>
  )
}
