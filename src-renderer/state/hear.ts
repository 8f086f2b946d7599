/** What the app says by itself, and what of the window follows from it. */
import type { AppEvent } from '../../src-contract/events.ts'
import { toast } from './toasts.ts'
import { loadCredentials } from './credentials.ts'
import { openDialog, useDialogs } from './dialogs.ts'
import { loadSession, loadSettings, useHost } from './host.ts'
import { goTo } from './navigation.ts'
import { ended, stepped } from './rotations.ts'
import { progressed } from './vault-progress.ts'

const SETTLE_MS = 60

let timer: ReturnType<typeof setTimeout> | null = null

/** Many changes at once are read once. */
function loadSoon(): void {
  if (timer !== null) return
  timer = setTimeout(() => {
    timer = null
    void loadCredentials()
  }, SETTLE_MS)
}

/** The desktop's own menu; a question that stands open in the window comes first. */
function chosenInMenu(item: 'import' | 'export'): void {
  if (useHost.getState().session?.isLocked !== false || useDialogs.getState().stack.length > 0) return
  if (item === 'import') goTo('import')
  else openDialog({ kind: 'export' })
}

export function hear(event: AppEvent): void {
  switch (event.type) {
    case 'rotation.progressed':
      stepped(event.name, event.step)
      break
    case 'rotation.ended':
      ended(event.result)
      loadSoon()
      break
    case 'credential.verified':
    case 'credentials.changed':
      loadSoon()
      break
    case 'vault.progressed':
      progressed(event.step, event.done, event.of)
      break
    case 'menu.chosen':
      chosenInMenu(event.item)
      break
    case 'session.changed':
      void loadSession()
      break
    case 'settings.changed':
      void loadSettings()
      break
    case 'rotate.asked':
      if (useHost.getState().session?.isLocked === false && useDialogs.getState().stack.length === 0)
        openDialog({ kind: 'palette', query: 'rotate ' })
      break
    case 'notice.given':
      useHost.setState({ notice: event.sentence })
      break
    case 'clipboard.ended':
      if (event.how === 'cleared') toast('The clipboard was cleared')
      break
  }
}
