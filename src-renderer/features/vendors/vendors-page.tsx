import { useEffect, useState } from 'react'
import type { OutputOf } from '../../../src-contract/operations.ts'
import { client } from '../../client/client.ts'
import { useCredentials } from '../../state/credentials.ts'
import { openDialog } from '../../state/dialogs.ts'
import { goTo, toggleSide } from '../../state/navigation.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { VendorMark } from '../../ui/names.tsx'
import { shown } from '../../ui/words.ts'

const strategies = {
  'in-place': 'Rotates on a click',
  guided: 'Rotates in its dashboard, guided',
  none: 'Kept and aged, not rotated',
} as const

const evidences = {
  confirmed: 'Seen to work at the vendor',
  partial: 'Partly seen at the vendor',
  unconfirmed: 'Written from its documentation',
} as const

/** The vendor files in use: what Rekey knows of each vendor, and the way to take another one into use. */
export function VendorsPage() {
  const vendors = useCredentials((state) => state.vendors)
  const [unusable, setUnusable] = useState<OutputOf<'vendor.unusable'>>([])
  // again after one was trusted: `vendors` is read anew then
  useEffect(() => {
    let isHere = true
    void client()
      .call('vendor.unusable', {})
      .then((listed) => isHere && listed.ok && setUnusable(listed.value))
    return () => {
      isHere = false
    }
  }, [vendors])
  return (
    <main className="main app-wide-main" data-pane="main">
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
        <h1 className="push-left">Vendor files</h1>
        <Button icon="inbox" onClick={() => openDialog({ kind: 'vendor-trust' })}>
          Review a file…
        </Button>
        <Button icon="settings" onClick={() => goTo('settings')}>
          Settings
        </Button>
      </header>
      <div className="view" tabIndex={0} role="region" aria-label="Vendor files">
        <p className="lede">
          A vendor file says how a vendor’s keys are proven and replaced. One of your own is used only after you have
          read and trusted it, and again after each change.
        </p>
        <ul className="vendor-files">
          {unusable.map(({ vendor, why }) => (
            <Unusable key={vendor} vendor={vendor} why={why} />
          ))}
          {[...vendors.values()].map(({ id, name, strategy, baseUrl, evidence, checked, source }) => (
            <li key={id}>
              <VendorMark vendor={id} isLarge />
              <div>
                <h2>{shown(name, 80)}</h2>
                <p className="soft">
                  {strategies[strategy]} · {evidences[evidence]}, {shown(checked, 40)}
                </p>
                <p className="small dim wrap">{baseUrl === null ? 'At an address of your own' : shown(baseUrl, 200)}</p>
              </div>
              <span className="small soft">{source === 'built-in' ? 'Built in' : 'Yours'}</span>
            </li>
          ))}
        </ul>
      </div>
    </main>
  )
}

/** A file of the user's that is not used, why, and the way to read it. */
function Unusable({ vendor, why }: OutputOf<'vendor.unusable'>[number]) {
  const { what, next } = failureWords(why)
  const path = why.fields['file']
  return (
    <li>
      <VendorMark vendor={vendor} isLarge />
      <div>
        <h2>{shown(vendor, 80)}</h2>
        <p className="wrong wrap">Not in use: {shown(what)}</p>
        <p className="soft">{shown(next)}</p>
      </div>
      {path !== undefined && (
        <Button isSmall onClick={() => openDialog({ kind: 'vendor-trust', path })}>
          Review {shown(vendor, 40)}…
        </Button>
      )}
    </li>
  )
}
