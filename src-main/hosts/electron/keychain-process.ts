import { utilityProcess } from 'electron'
import type { ChildLink, StartChild } from '../../adapters/keychain/child-link.ts'

/** The keychain's process under Electron: a utility process, since the binary does not run as Node. Only after ready. */
export const startKeychain =
  (entry: string): StartChild =>
  (): ChildLink => {
    const child = utilityProcess.fork(entry, [], { serviceName: 'Rekey keychain', stdio: 'ignore' })
    return {
      send: (request) => child.postMessage(request),
      onMessage: (listener) => void child.on('message', listener),
      onEnd: (listener) => void child.once('exit', () => listener()),
      kill: () => void child.kill(),
      // a utility process never keeps the app from ending
      keepsParent: () => undefined,
    }
  }
