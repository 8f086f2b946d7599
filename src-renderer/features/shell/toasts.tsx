import { dismissToast, holdToasts, useToasts } from '../../state/toasts.ts'
import { useHost } from '../../state/host.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { shown } from '../../ui/words.ts'

/** Good news, and sentences while something takes its time. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts)
  const notice = useHost((state) => state.notice)
  return (
    <div
      className="toasts"
      role="status"
      aria-atomic="false"
      onPointerEnter={() => holdToasts(true)}
      onPointerLeave={() => holdToasts(false)}
      onFocus={() => holdToasts(true)}
      onBlur={() => holdToasts(false)}
    >
      {notice !== null && (
        <div className="toast toast-notice">
          <Icon name="state-ask" />
          <span>{shown(notice)}</span>
          <IconButton
            look="bare"
            isSmall
            icon="close"
            label="Dismiss"
            onClick={() => useHost.setState({ notice: null })}
          />
        </div>
      )}
      {toasts.map(({ id, text, undo }) => (
        <div key={id} className="toast">
          <Icon name="check" />
          <span>{shown(text)}</span>
          {undo && (
            <Button
              look="bare"
              isSmall
              onClick={() => {
                undo()
                dismissToast(id)
              }}
            >
              Undo
            </Button>
          )}
        </div>
      ))}
    </div>
  )
}
