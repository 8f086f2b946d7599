import { useDialogs, type Dialog } from '../state/dialogs.ts'
import { Palette } from '../features/palette/palette.tsx'
import { Shortcuts } from '../features/palette/shortcuts.tsx'
import { Add } from './forms/add.tsx'
import { Edit } from './forms/edit.tsx'
import { PutKey } from './forms/put-key.tsx'
import { Remove } from './forms/remove.tsx'
import { Rename } from './forms/rename.tsx'
import { Tag } from './forms/tag.tsx'
import { Passphrase, UnlockKeychain } from './keychain/passphrase.tsx'
import { Bulk } from './rotation/bulk.tsx'
import { Confirm } from './rotation/confirm.tsx'
import { CopyOnce } from './rotation/copy-once.tsx'
import { Ending } from './rotation/ending.tsx'
import { Guided } from './rotation/guided.tsx'
import { Progress } from './rotation/progress.tsx'
import { SealedReply } from './rotation/sealed-reply.tsx'
import { Settle } from './rotation/settle.tsx'
import { Export } from './vaults/export.tsx'
import { ImportEntry } from './vaults/import-entry.tsx'
import { ImportLeftOut } from './vaults/import-left-out.tsx'
import { VendorTrust } from './vendor-trust/vendor-trust.tsx'

/** The dialogs that are open, the newest on top. */
export function DialogHost() {
  const stack = useDialogs((state) => state.stack)
  return stack.map((dialog, index) => <One key={`${index}${dialog.kind}`} dialog={dialog} />)
}

function One({ dialog }: { readonly dialog: Dialog }) {
  switch (dialog.kind) {
    case 'add':
      return <Add vendor={dialog.vendor} />
    case 'edit':
      return <Edit name={dialog.name} />
    case 'rename':
      return <Rename name={dialog.name} />
    case 'remove':
      return <Remove names={dialog.names} />
    case 'tag':
      return <Tag names={dialog.names} />
    case 'put-key':
      return <PutKey name={dialog.name} />
    case 'confirm':
      return <Confirm names={dialog.names} />
    case 'progress':
      return <Progress name={dialog.name} />
    case 'ending':
      return <Ending result={dialog.result} />
    case 'copy-once':
      return <CopyOnce result={dialog.result} />
    case 'bulk':
      return <Bulk names={dialog.names} />
    case 'guided':
      return <Guided name={dialog.name} />
    case 'settle':
      return <Settle name={dialog.name} />
    case 'sealed-reply':
      return <SealedReply name={dialog.name} />
    case 'palette':
      return <Palette first={dialog.query ?? ''} />
    case 'shortcuts':
      return <Shortcuts />
    case 'vendor-trust':
      return <VendorTrust first={dialog.path ?? ''} />
    case 'export':
      return <Export names={dialog.names ?? null} />
    case 'import-entry':
      return <ImportEntry index={dialog.index} />
    case 'import-left-out':
      return <ImportLeftOut />
    case 'passphrase':
      return <Passphrase />
    case 'unlock-keychain':
      return <UnlockKeychain store={dialog.store} />
  }
}
