/** The app's own binary as a courier: no window, no Dock icon, no instance lock, nothing but orders over a socket. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { courierOverSocket } from '../../adapters/courier/courier-over-socket.ts'
import { environmentFor } from '../../adapters/courier/start-courier.ts'
import type { CourierStarter } from '../../core/ports.ts'
import { keepAlive } from '../../courier/process.ts'
import { serve } from '../../courier/serve.ts'

const SWITCH = '--courier='

/** The address in these arguments; null if this is not a courier. */
export const courierAddress = (argv: readonly string[]): string | null =>
  argv.find((argument) => argument.startsWith(SWITCH))?.slice(SWITCH.length) ?? null

/** The parent's side. An AppImage is started by its own file: the mounted binary goes with its first process. */
export function desktopCouriers(): CourierStarter {
  const binary = process.env['APPIMAGE'] ?? process.execPath
  // not packaged, the binary is Electron's own and wants to be told which app it is
  const own = app.isPackaged ? [] : [app.getAppPath()]
  return courierOverSocket((address) =>
    spawn(binary, [...own, `${SWITCH}${address}`], {
      detached: true,
      windowsHide: true,
      stdio: 'ignore',
      env: environmentFor(process.env),
    }),
  )
}

/** The child's side; it ends with its work. */
export function runCourier(address: string): void {
  keepAlive()
  app.setPath('userData', mkdtempSync(join(tmpdir(), 'rekey-courier-')))
  app.disableHardwareAcceleration()
  app.dock?.hide()
  const socket = connect(address)
  socket.on('error', () => app.exit(0))
  serve({
    input: socket,
    output: socket,
    environment: process.env,
    tempFolder: tmpdir(),
    onDone: () => app.exit(0),
  })
}
