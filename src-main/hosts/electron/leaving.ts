/** The app does not end, and the machine is kept from sleeping, while a reply is in the air. */
import { setTimeout as sleep } from 'node:timers/promises'
import { app as electron, powerSaveBlocker } from 'electron'
import type { App } from '../create-app.ts'

const LOOK_EVERY_MS = 100
/** How long what is tidied at the end may take; the end does not wait longer for it. */
const TIDY_MS = 1000

export function leaveGently(app: App, tidy: () => Promise<void>): void {
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
      void Promise.race([tidy(), sleep(TIDY_MS)])
        .then(() => app.close())
        .finally(() => {
          isClosed = true
          electron.quit()
        })
    }, LOOK_EVERY_MS)
  })
}
