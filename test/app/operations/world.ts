import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ok, type Result } from '../../../src-contract/result.ts'
import { rotationResult, type RotationResult } from '../../../src-contract/views.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { compose, type App } from '../../../src-main/app/compose.ts'
import { Secret } from '../../../src-main/core/secret.ts'
import { openPorts } from '../../../src-main/hosts/create-app.ts'
import type { Sandbox, SandboxPrincipal } from '../../../src-main/sandbox/sandbox.ts'
import { startSandbox } from '../../../src-main/sandbox/start-sandbox.ts'
import { keptStore } from '../../fakes/kept-store.ts'

const root = join(import.meta.dirname, '../../..')

/** The app over a kept keychain and five vendors of its own; `reopen` is a later start over the same folder. */
export async function openWorld() {
  const home = mkdtempSync(join(tmpdir(), 'rekey-operations-'))
  const sandbox: Sandbox = await startSandbox({ quiet: true })
  const store = keptStore()
  let ports: AppPorts
  const open = (change: (ports: AppPorts) => AppPorts = (same) => same): App => {
    const opened = openPorts(
      {
        homePath: join(home, 'data'),
        storeKind: 'sealed',
        passphrase: async () => ok(Secret.of('unused')),
        isInteractive: false,
        courierEntry: join(root, 'dist/courier.js'),
        keychainEntry: '',
        replyWaitSeconds: 2,
        environment: {},
      },
      () => undefined,
    )
    if (!opened.ok) throw new Error(opened.failure.code)
    ports = change({ ...opened.value.ports, openStore: async () => ok(store) })
    return compose(ports, opened.value.close)
  }
  let app = open()
  return {
    sandbox,
    store,
    get app() {
      return app
    },
    get ports() {
      return ports
    },
    reopen: async (change?: (ports: AppPorts) => AppPorts) => {
      await app.close()
      app = open(change)
    },
    keyIn: (account: string): string | null => store.items.get(`rekey ${account}`)?.use((value) => value) ?? null,
    putItem: (account: string, value: string) => store.items.set(`rekey ${account}`, Secret.of(value)),
    add: (vendor: keyof Sandbox['vendors'], name: string, who: Pick<SandboxPrincipal, 'key' | 'inputs'>, more = {}) =>
      app.call('credential.add', {
        vendor,
        name,
        secret: who.key,
        baseUrl: sandbox.vendors[vendor].baseUrl,
        inputs: { ...who.inputs },
        ...more,
      }),
    rotate: async (...names: string[]): Promise<readonly RotationResult[]> =>
      rotationResult.array().parse(valueOf(await app.call('rotation.run', { selection: { names } }))),
    close: async () => {
      await app.close()
      await sandbox.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
export type World = Awaited<ReturnType<typeof openWorld>>

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code} ${JSON.stringify(result.failure.fields)}`)
  return result.value
}

export const failed = (code: string) => ({ ok: false, failure: { code } })
