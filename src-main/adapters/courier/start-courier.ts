import { spawn } from 'node:child_process'
import { parse } from 'node:path'
import type { Courier, CourierStarter } from '../../core/ports.ts'
import { openCourier } from './open-courier.ts'

/** Starts the courier as a process of its own, which a parent's death, terminal and signals do not touch. */
export type CourierStart = {
  /** Absolute path of the courier's entry: dist/courier.js, or its source. */
  readonly entryPath: string
  readonly nodePath?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

export function courierStarter({
  entryPath,
  nodePath = process.execPath,
  environment = process.env,
}: CourierStart): CourierStarter {
  return {
    start(): Courier {
      const child = spawn(nodePath, [entryPath], {
        detached: true,
        windowsHide: true,
        cwd: parse(entryPath).root,
        env: environmentFor(environment),
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      return openCourier(child)
    },
  }
}

/** Proxies, locale and temp folder go along; switches of Node and of rekey itself do not. */
export function environmentFor(environment: CourierStart['environment'] = {}): NodeJS.ProcessEnv {
  const isLeftOut = (name: string): boolean => /^(NODE_|REKEY_|ELECTRON_|SSLKEYLOGFILE$)/i.test(name)
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLeftOut(name)))
}
