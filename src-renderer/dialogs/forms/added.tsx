import { useRef } from 'react'
import { closeDialog } from '../../state/dialogs.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { shown } from '../../ui/words.ts'

/** The key is kept, and something about it is worth knowing: that stays until it is read. */
export function Added({ name, doubt }: { readonly name: string; readonly doubt: string }) {
  const done = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      safe={done}
      title={`${shown(name, 120)} is kept`}
      subtitle="It is in your keychain. One thing to look at:"
      footer={
        <>
          <span className="push" />
          <Button ref={done} look="ink" onClick={closeDialog}>
            Done
          </Button>
        </>
      }
    >
      {doubt.split('\n').map((line) => (
        <p key={line} className="gap-below">
          {line.charAt(0).toUpperCase() + shown(line.slice(1))}
        </p>
      ))}
    </Dialog>
  )
}
