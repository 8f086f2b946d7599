/** The built main entry, begun in a process of its own under circumstances given as JSON; prints what became of it. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { fakeElectron, under } from './electron.ts'

export type Circumstances = {
  readonly isPackaged?: boolean
  readonly switches?: readonly string[]
  readonly hasLock?: boolean
}
export type Begun = {
  readonly exitCode: number | null
  readonly windows: number
  readonly isSandboxed: boolean
  readonly schemes: number
  /** What was said in a box of its own. */
  readonly errors: readonly string[]
}

const { isPackaged = false, switches = [], hasLock = true } = JSON.parse(process.argv[2] ?? '{}') as Circumstances
const fake = fakeElectron()
fake.app.isPackaged = isPackaged
fake.app.hasLock = hasLock
for (const each of switches) fake.app.switches.add(each)
await under(fake, pathToFileURL(join(import.meta.dirname, '../../../dist/electron/main.js')).href)
fake.app.makeReady()
for (let waited = 0; waited < 5000 && fake.app.exitCode === null && fake.windows.length === 0; waited += 20)
  await sleep(20)
const begun: Begun = {
  exitCode: fake.app.exitCode,
  windows: fake.windows.length,
  isSandboxed: fake.app.told['sandbox'] === true,
  schemes: fake.schemes.length,
  errors: fake.dialogs.errors,
}
process.stdout.write(JSON.stringify(begun), () => process.exit(0))
