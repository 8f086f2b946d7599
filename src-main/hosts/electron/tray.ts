/** The tray: what needs a person, quick rotate, and the way to the window. Some desktops show no tray, so nothing is only here. */
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron'
import type { CredentialView } from '../../../src-contract/views.ts'

export type TrayActs = {
  readonly show: () => void
  readonly rotate: (name: string) => void
  readonly lock: () => void
  readonly quit: () => void
}

export type TrayState = {
  readonly isLocked: boolean
  readonly due: readonly CredentialView[]
  readonly attention: number
}

const needs = (count: number): string => `${count} ${count === 1 ? 'needs' : 'need'}`

/** The whole menu, made anew from the state every time. */
export function trayMenu(state: TrayState, acts: TrayActs): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions = { type: 'separator' }
  const end: MenuItemConstructorOptions[] = [line, { label: 'Quit Rekey', click: acts.quit }]
  if (state.isLocked)
    return [{ label: 'Rekey is locked', enabled: false }, { label: 'Unlock…', click: acts.show }, ...end]
  return [
    { label: 'Open Rekey', click: acts.show },
    ...(state.attention > 0 ? [{ label: `${needs(state.attention)} you…`, click: acts.show }] : []),
    line,
    ...(state.due.length === 0
      ? [{ label: 'No key is due', enabled: false }]
      : state.due.map(({ name, state: word }) => ({
          label: `Rotate ${name}…`,
          sublabel: word,
          click: () => acts.rotate(name),
        }))),
    line,
    { label: 'Lock', click: acts.lock },
    ...end,
  ]
}

/** macOS draws a template in the colour of its menu bar; a picture is what the others show. */
export const trayImage = (platform: NodeJS.Platform): string =>
  platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'

export type TrayIcon = { update(state: TrayState): void; destroy(): void }

/** Kept by the caller: a tray that is collected disappears. */
export function openTray(image: string, acts: TrayActs): TrayIcon {
  const tray = new Tray(nativeImage.createFromPath(image))
  tray.on('click', acts.show)
  return {
    update: (state) => {
      tray.setToolTip(
        state.isLocked ? 'Rekey, locked' : state.attention > 0 ? `Rekey, ${needs(state.attention)} you` : 'Rekey',
      )
      tray.setContextMenu(Menu.buildFromTemplate(trayMenu(state, acts)))
    },
    destroy: () => tray.destroy(),
  }
}
