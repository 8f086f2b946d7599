import { Icon, hasIcon } from './icon.tsx'
import { shown, spelledTail } from './words.ts'

/** A credential's name: folders are quieter, and a long one gives way in the middle, so that both ends stay. */
export function Name({ name, className = '' }: { readonly name: string; readonly className?: string }) {
  const safe = shown(name)
  const slash = safe.lastIndexOf('/')
  const folder = safe.slice(0, slash + 1)
  const rest = safe.slice(slash + 1)
  const head = rest.length > 24 ? rest.slice(0, -9) : rest
  return (
    <span className={`mid ${className}`} title={safe}>
      <span className="cut">
        {folder && <span className="path">{folder}</span>}
        {head}
      </span>
      {rest.length > 24 && <span>{rest.slice(-9)}</span>}
    </span>
  )
}

/** The vendor's mark. Vendors of a person's own files have a plug. */
export function VendorMark({
  vendor,
  isLarge,
  title,
}: {
  readonly vendor: string
  readonly isLarge?: boolean
  readonly title?: string
}) {
  return (
    <span className={isLarge ? 'tile tile-l' : 'tile'} title={title}>
      <Icon name={vendorIcon(vendor)} />
    </span>
  )
}

export const vendorIcon = (vendor: string) => (vendor === 'other' ? 'key' : hasIcon(vendor) ? vendor : 'plug')

/** Bullets and the last four characters; bullets are never read aloud. */
export function Tail({ tail, dots = '••••' }: { readonly tail: string | null; readonly dots?: string }) {
  return (
    <span className="mono masked" role="img" aria-label={spelledTail(tail)}>
      <span className="dots" aria-hidden="true">
        {dots}
      </span>
      <span aria-hidden="true">{tail === null ? '' : `\u00A0${tail}`}</span>
    </span>
  )
}
