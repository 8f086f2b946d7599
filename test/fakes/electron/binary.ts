/** Electron's binary as a courier starts it: the built main entry, told by its arguments what to be. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fakeElectron, under } from './electron.ts'

const fake = fakeElectron()
fake.app.exit = (code) => process.exit(code)
await under(fake, pathToFileURL(join(import.meta.dirname, '../../../dist/electron/main.js')).href)
