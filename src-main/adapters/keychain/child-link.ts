import { spawn } from 'node:child_process'
import type { ChildRequest } from './child-protocol.ts'

/** A running keychain child, as its supervisor sees it. Electron's host implements it over utilityProcess. */
export type ChildLink = {
  send(request: ChildRequest): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once: it has ended, could not be started, or its channel broke. */
  onEnd(listener: () => void): void
  /** At once, whatever it is doing. */
  kill(): void
  /** While a call is out the child keeps its parent running; an idle one does not. */
  keepsParent(yes: boolean): void
}

export type StartChild = () => ChildLink

export type SpawnOptions = {
  /** dist/keychain-child.js, or the source itself. */
  readonly childPath: string
  readonly nodePath: string
  readonly env: NodeJS.ProcessEnv
}

/** The keychain needs the session's environment; it needs nothing of ours, nor what bends Node itself. */
const childEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(REKEY_|NODE_|VITEST)/i.test(name)))

/** Starts the child under Node, with its own IPC channel and no other stream. */
export function spawnChild({ childPath, nodePath, env }: SpawnOptions): ChildLink {
  const child = spawn(nodePath, [childPath], {
    env: childEnvironment(env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  })
  const listeners: (() => void)[] = []
  let ended = false
  const end = (): void => {
    if (ended) return
    ended = true
    for (const listener of listeners) listener()
  }
  child.on('error', end)
  child.on('exit', end)
  child.on('disconnect', end)
  return {
    send: (request) => {
      child.send(request, (error) => {
        if (error) end()
      })
    },
    onMessage: (listener) => {
      child.on('message', listener)
    },
    onEnd: (listener) => {
      if (ended) queueMicrotask(listener)
      else listeners.push(listener)
    },
    kill: () => {
      child.kill('SIGKILL')
    },
    keepsParent: (yes) => {
      if (yes) {
        child.ref()
        child.channel?.ref()
      } else {
        child.unref()
        child.channel?.unref()
      }
    },
  }
}
