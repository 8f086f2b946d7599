import type { ButtonHTMLAttributes, Ref } from 'react'
import { Icon, type IconName } from './icon.tsx'

type Look = 'plain' | 'live' | 'ink' | 'bare'

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: Look
  readonly icon?: IconName
  readonly isSmall?: boolean
  readonly isBusy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button that names its act. While busy it keeps its place and its focus, and does nothing. */
export function Button({ look = 'plain', icon, isSmall, isBusy, className, children, onClick, ...rest }: Props) {
  const isBare = children === undefined || children === null
  const classes = ['btn', look !== 'plain' && `btn-${look}`, isSmall && 'btn-s', isBare && 'btn-icon', className]
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(' ')}
      aria-disabled={isBusy ? true : rest['aria-disabled']}
      onClick={isBusy ? undefined : onClick}
    >
      {isBusy ? (
        <Icon name="state-rotating" turns />
      ) : icon ? (
        <Icon name={icon} {...(isSmall ? { size: 's' } : {})} />
      ) : null}
      {children}
    </button>
  )
}

/** A button of a shape alone; its name is for ears and the tooltip. */
export function IconButton({
  label,
  ...rest
}: Omit<Props, 'children'> & { readonly label: string; readonly icon: IconName }) {
  return <Button aria-label={label} title={label} {...rest} />
}

const isMac = (): boolean => /mac/i.test(navigator.platform)

/** Keys as they are written on this machine's keyboard. */
export function Keys({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className="keys" aria-hidden="true">
      {keys.map((key) => (
        <kbd key={key}>{key === 'Ctrl' && isMac() ? '⌘' : key}</kbd>
      ))}
    </span>
  )
}
