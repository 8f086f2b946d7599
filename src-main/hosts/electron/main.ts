/**
 * The desktop app's first file. What must happen before Electron is ready happens here, in the static graph; the crash
 * reporter is never started, since a dump holds what was in memory.
 */
import { app, protocol } from 'electron'
import { leaveMemoryOutOfDumps } from '../core-dumps.ts'
import { courierAddress, runCourier } from './courier-mode.ts'
import { startDesktop } from './desktop.ts'
import { SCHEME } from './page-protocol.ts'
import { asksForDebugging, refuseNavigation } from './web-rules.ts'

leaveMemoryOutOfDumps()
const courier = courierAddress(process.argv)

if (asksForDebugging()) {
  // whatever it was to be: a courier holds keys too
  app.exit(2)
} else if (courier !== null) {
  runCourier(courier)
} else {
  app.setName('Rekey')
  app.setAppUserModelId('app.rekey.desktop')
  // SECURITY: E4 — for every renderer there will ever be
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  // its events reach the first instance
  if (app.requestSingleInstanceLock()) {
    refuseNavigation()
    void app.whenReady().then(startDesktop)
  } else {
    app.quit()
  }
}
