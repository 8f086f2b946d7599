import { useRef } from 'react'
import type { ExportReceipt } from '../../../src-contract/vault-views.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { counted, shown } from '../../ui/words.ts'

const MOST = 100

/** Where the file is, and what of which key it could not take along. */
export function ExportDone({ receipt }: { readonly receipt: ExportReceipt }) {
  const done = useRef<HTMLButtonElement>(null)
  const { stored, path, isPlainText, dropped, skipped, warnings } = receipt
  const lines = [
    ...skipped.map(({ name, reason }) => ({ name, text: reason })),
    ...dropped.map(({ name, what, why }) => ({ name, text: `${what}: ${why}` })),
  ]
  return (
    <Dialog
      safe={done}
      title={`${counted(stored, 'key')} exported`}
      subtitle={`${receipt.in.toLocaleString('en')} in, ${stored.toLocaleString('en')} in the file, dropped: ${dropped.length}. It was read again and compared.`}
      footer={
        <>
          <span className="push" />
          <Button ref={done} look="ink" onClick={closeDialog}>
            Done
          </Button>
        </>
      }
    >
      <p className="mono wrap export-path">{shown(path, 1000)}</p>
      {isPlainText && (
        <p className="import-note">
          <Icon name="state-due" />
          The file holds every key in clear, for whoever can read it. Remove it when you are done.
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="import-note">
          <Icon name="state-ask" />
          {shown(warning)}
        </p>
      ))}
      {lines.length > 0 && (
        <section className="receipt-part">
          <h2 className="state state-overdue">
            <Icon name="state-overdue" />
            {`Left out: ${lines.length}`}
          </h2>
          <p className="small soft">It has no place in this format, and stays here.</p>
          <ul>
            {lines.slice(0, MOST).map(({ name, text }) => (
              <li key={`${name}${text}`}>
                <span className="wrap">{shown(name, 140)}</span>
                <span className="soft wrap">{shown(text)}</span>
              </li>
            ))}
            {lines.length > MOST && <li className="soft">and {(lines.length - MOST).toLocaleString('en')} more</li>}
          </ul>
        </section>
      )}
    </Dialog>
  )
}
