import { Menu } from '@base-ui/react/menu'
import type { ReactElement } from 'react'
import type { CredentialView } from '../../../src-contract/views.ts'
import { openDialog } from '../../state/dialogs.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { copyKey, mainAct, verifyKeys } from './act.ts'

type Item = { readonly word: string; readonly icon: IconName; readonly key?: string; readonly do: () => void }

const itemsFor = (credential: CredentialView): readonly (Item | null)[] => {
  const { name } = credential
  const act = mainAct(credential)
  return [
    { word: act.word, icon: 'rotate', key: 'R', do: act.do },
    { word: 'Copy the key', icon: 'copy', key: 'C', do: () => void copyKey(name) },
    { word: 'Check that it works', icon: 'state-ok', do: () => void verifyKeys([name]) },
    { word: 'Put a key in…', icon: 'key', do: () => openDialog({ kind: 'put-key', name }) },
    null,
    { word: 'Edit…', icon: 'settings', key: 'E', do: () => openDialog({ kind: 'edit', name }) },
    { word: 'Rename…', icon: 'hash', do: () => openDialog({ kind: 'rename', name }) },
    { word: 'Tag…', icon: 'tag', key: 'T', do: () => openDialog({ kind: 'tag', names: [name] }) },
    null,
    { word: 'Remove…', icon: 'close', do: () => openDialog({ kind: 'remove', names: [name] }) },
  ]
}

/** Everything that can be done with one credential. */
export function RowMenu({
  credential,
  trigger,
}: {
  readonly credential: CredentialView
  readonly trigger: ReactElement
}) {
  return (
    <Menu.Root>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="menu-at">
          <Menu.Popup className="menu">
            {itemsFor(credential).map((item, index) =>
              item === null ? (
                <Menu.Separator key={`line-${String(index)}`} className="menu-line" />
              ) : (
                <Menu.Item key={item.word} className="mi" onClick={item.do}>
                  <Icon name={item.icon} />
                  {item.word}
                  {item.key !== undefined && <kbd className="push">{item.key}</kbd>}
                </Menu.Item>
              ),
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
