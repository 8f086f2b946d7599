import module from 'node:module'
import { join } from 'node:path'
import { relaunch } from './cli/relaunch.ts'

/**
 * The `rekey` command, and the one place where hosts meet: `serve` is the command line's word for the browser host. Only what the oldest Node can load is imported here: under a Node without a stable node:sqlite the
 * command starts again under the one installed beside it. The compile cache lies beside the code, so that nobody who could
 * not change the code can change the cache (the default place is a folder in the shared temp folder).
 */
const argv = process.argv.slice(2)
const here = import.meta.dirname
const isBuilt = import.meta.filename.endsWith('.js')

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.exitCode = await relaunch(import.meta.filename, argv)
} else {
  if (isBuilt) module.enableCompileCache?.(join(here, '.cache'))
  const { runProcess } = await import('./cli/run-process.ts')
  const { openApp } = await import('./cli/open-app.ts')
  await runProcess({
    argv,
    openApp,
    entries: isBuilt
      ? { courier: join(here, 'courier.js'), keychain: join(here, 'keychain-child.js'), pages: join(here, 'renderer') }
      : {
          courier: join(here, '../courier/main.ts'),
          keychain: join(here, '../adapters/keychain/child.ts'),
          pages: join(here, '../../dist/renderer'),
        },
    openWindow: async (options) => (await import('./web/serve.ts')).serve(options),
  })
}
