import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode, RefObject } from 'react'
import { useEffect } from 'react'
import { closeDialog } from '../state/dialogs.ts'
import { focusNow } from './focus-now.ts'
import { ScrollBody } from './scroll-body.tsx'

type Props = {
  readonly title: ReactNode
  readonly subtitle?: ReactNode
  readonly mark?: ReactNode
  readonly children: ReactNode
  readonly footer: ReactNode
  readonly width?: 's' | 'm' | 'l'
  /** The safe button: it has the focus when the dialog opens. */
  readonly safe?: RefObject<HTMLElement | null>
  /** Ctrl Enter does this. */
  readonly onDecide?: () => void
  /** False: only its own buttons end it. */
  readonly canDismiss?: boolean
  readonly onClose?: () => void
  readonly isAlert?: boolean
}

/** A dialog over the window: holds the focus, gives it back where it came from, and rises from the bottom of a small window. */
export function Dialog(props: Props) {
  const { title, subtitle, mark, children, footer, width = 'm', safe, onDecide, canDismiss = true, isAlert } = props
  const close = props.onClose ?? closeDialog
  useEffect(() => {
    if (!onDecide) return
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      onDecide()
    }
    globalThis.addEventListener('keydown', listen)
    return () => globalThis.removeEventListener('keydown', listen)
  }, [onDecide])
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && canDismiss && close()} disablePointerDismissal>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <div className="veil">
          <Base.Popup
            className={`dialog dialog-${width}`}
            role={isAlert ? 'alertdialog' : 'dialog'}
            {...(safe ? { initialFocus: focusNow(safe) } : {})}
          >
            <header>
              {mark}
              <div className="grow">
                <Base.Title render={<h1 />}>{title}</Base.Title>
                {subtitle !== undefined && <Base.Description render={<p />}>{subtitle}</Base.Description>}
              </div>
            </header>
            <ScrollBody>{children}</ScrollBody>
            <footer>{footer}</footer>
          </Base.Popup>
        </div>
      </Base.Portal>
    </Base.Root>
  )
}
