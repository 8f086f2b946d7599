/** Starts the built desktop entry under the tests' stand-in for Electron, and ends when its window is there. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const begun = performance.now()
const { fakeElectron, under } = await import('../test/fakes/electron/electron.ts')

const fake = fakeElectron()
// the stand-in's own loading is no part of the product
const fakes = performance.now() - begun
await under(fake, pathToFileURL(join(import.meta.dirname, '../dist/electron/main.js')).href)
fake.app.on('web-contents-created', () => {
  process.stdout.write(String(performance.now() - fakes))
  process.exit(0)
})
fake.app.makeReady()
