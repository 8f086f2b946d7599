/**
 * Supervises the keychain child: starts it at the first call, makes one call at a time under a deadline, and ends it
 * whenever no answer comes. The next call gets a fresh one. Nothing is repeated here: whoever calls knows what may be.
 */
import type { ChildLink, StartChild } from './child-link.ts'
import { type ChildRequest, readReply, type ReplyValue } from './child-protocol.ts'

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never
export type Call = WithoutId<ChildRequest>

export type Answer =
  | { readonly kind: 'value'; readonly value: ReplyValue }
  | { readonly kind: 'error'; readonly text: string }
  /** The native module did not load. */
  | { readonly kind: 'no-module'; readonly text: string }
  | { readonly kind: 'timeout' }
  /** The child ended; `sent`: after it had got the request. */
  | { readonly kind: 'died'; readonly sent: boolean }

export type ChildCaller = {
  /** Never rejects for anything the child does. Callers take turns: a call while another is out is a bug, and throws. */
  call(call: Call, deadlineMs: number): Promise<Answer>
  /** Ends the child, if any. */
  replace(): void
}

type Running = {
  readonly link: ChildLink
  isReady: boolean
  isAlive: boolean
  /** The call that is out, if any. */
  request: ChildRequest | null
  settle: (answer: Answer) => void
}

const nobody = (): void => undefined

function start(startChild: StartChild): Running {
  const link = startChild()
  const running: Running = { link, isReady: false, isAlive: true, request: null, settle: nobody }
  link.onMessage((message) => {
    const reply = readReply(message)
    if (!reply) return
    if (reply.kind === 'ready') {
      running.isReady = true
      if (running.request) link.send(running.request)
    } else if (reply.id === running.request?.id) {
      if (reply.kind === 'value') running.settle({ kind: 'value', value: reply.value })
      else running.settle({ kind: reply.from === 'module' ? 'no-module' : 'error', text: reply.text })
    }
  })
  link.onEnd(() => {
    running.isAlive = false
    running.settle({ kind: 'died', sent: running.isReady })
  })
  return running
}

export function childCaller(startChild: StartChild): ChildCaller {
  let current: Running | null = null
  let lastId = 0

  const replace = (): void => {
    current?.link.kill()
    current = null
  }

  return {
    replace,
    call: async (call, deadlineMs) => {
      if (current && !current.isAlive) replace()
      const running = (current ??= start(startChild))
      if (running.request) throw new Error('a keychain call is out already')
      const { promise, resolve } = Promise.withResolvers<Answer>()
      const timer = setTimeout(() => resolve({ kind: 'timeout' }), deadlineMs)
      running.settle = resolve
      running.request = { ...call, id: ++lastId }
      running.link.keepsParent(true)
      if (running.isReady) running.link.send(running.request)
      const answer = await promise
      clearTimeout(timer)
      running.settle = nobody
      running.request = null
      running.link.keepsParent(false)
      if (answer.kind !== 'value' && answer.kind !== 'error' && current === running) replace()
      return answer
    },
  }
}
