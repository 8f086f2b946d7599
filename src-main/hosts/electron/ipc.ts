/**
 * SECURITY: E17 — every message's sender is checked: our window's own page, its top frame, at our own address. The channels
 * are the operation table's names and nothing else; inputs and outputs are parsed by the app (compose.ts).
 */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { fail } from '../../../src-contract/failures.ts'
import { operationNames } from '../../../src-contract/operation-names.ts'
import { err } from '../../../src-contract/result.ts'
import type { App } from '../create-app.ts'
import { channelOf, EVENTS } from './channels.ts'
import { HOST, SCHEME } from './page-protocol.ts'

const ORIGIN = `${SCHEME}://${HOST}`

/** Null after a navigation; a child frame, another window, another origin: none of them is our page. */
export function isOurPage(
  event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  window: WebContents | null,
): boolean {
  const { sender, senderFrame } = event
  if (window === null || sender.id !== window.id || senderFrame === null) return false
  return senderFrame.parent === null && senderFrame.origin === ORIGIN
}

/** Serves every operation to our window; returns the way to stop pushing events to it. */
export function serveIpc(app: App, window: () => WebContents | null, refused: (channel: string) => void): () => void {
  for (const name of operationNames) {
    ipcMain.handle(channelOf(name), async (event, input: unknown) => {
      if (!isOurPage(event, window())) {
        refused(name)
        return err(fail('not-here', { what: 'that', fix: 'use the window' }))
      }
      return app.call(name, input as never)
    })
  }
  return app.listen((event) => {
    const page = window()
    if (page !== null && !page.isDestroyed()) page.send(EVENTS, event)
  })
}
