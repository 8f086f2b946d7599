/** The app does not end, and the machine is kept from sleeping, while a reply is in the air. */
import { app as electron, powerSaveBlocker } from 'electron'
import type { App } from '../create-app.ts'

const LOOK_EVERY_MS = 100

export function leaveGently(app: App, beforeEnd: () => void): void {
  let blocker: number | null = null
  app.listen(() => {
    const isInAir = app.inFlight() > 0
    if (isInAir && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (!isInAir && blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  })
  let isClosed = false
  let isLeaving = false
  electron.on('before-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    if (isLeaving) return
    isLeaving = true
    app.stop()
    const timer = setInterval(() => {
      if (app.inFlight() > 0) return
      clearInterval(timer)
      beforeEnd()
      void app.close().finally(() => {
        isClosed = true
        electron.quit()
      })
    }, LOOK_EVERY_MS)
  })
}
