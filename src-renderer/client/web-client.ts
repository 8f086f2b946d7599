/**
 * The app over loopback. The launch token comes in the address's fragment, is taken out of it at once, and is exchanged for a
 * session that lives in this tab alone. Calls never reject: a host that is gone is a failure like any other.
 */
import type { Client } from '../../src-contract/client.ts'
import type { AppEvent } from '../../src-contract/events.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, type Result } from '../../src-contract/result.ts'

const KEY = 'rekey-session'
const PERSON_MS = 60_000
const RETRY_MS = 1000

/** `ended`: this tab may not speak any more; `gone`: nobody answers. */
export type Connection = 'open' | 'ended' | 'gone'

export type WebClient = Client & {
  /** Whether there is a session at all; otherwise why there is none. */
  readonly started: Promise<'open' | 'no-token' | 'expired' | 'replayed'>
  watchConnection(listener: (connection: Connection) => void): void
  /** Asks the host for a fresh address: in the browser, or on its terminal. */
  relaunch(): Promise<'opened' | 'printed' | 'too-soon' | 'gone'>
}

export function webClient(): WebClient {
  const listeners = new Set<(event: AppEvent) => void>()
  let onConnection: (connection: Connection) => void = () => undefined
  let lastTouch = performance.now()
  for (const kind of ['pointerdown', 'keydown', 'wheel'] as const)
    globalThis.addEventListener(kind, () => (lastTouch = performance.now()), { passive: true, capture: true })

  const post = (path: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
    fetch(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-rekey-session': sessionStorage.getItem(KEY) ?? '',
        ...(performance.now() - lastTouch < PERSON_MS ? { 'x-rekey-person': 'here' } : {}),
      },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    })

  const start = async (): Promise<'open' | 'no-token' | 'expired' | 'replayed'> => {
    const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1]
    if (token === undefined) return sessionStorage.getItem(KEY) === null ? 'no-token' : 'open'
    history.replaceState(null, '', location.pathname)
    const answer = await post('/session', { token })
    const body = (await answer.json()) as { session?: string; refused?: string }
    if (body.session === undefined) return body.refused === 'replayed' ? 'replayed' : 'expired'
    sessionStorage.setItem(KEY, body.session)
    return 'open'
  }

  const started = start().catch(() => 'expired' as const)
  let isEnded = false
  const end = (): void => {
    isEnded = true
    sessionStorage.removeItem(KEY)
    onConnection('ended')
  }

  const stream = async (): Promise<void> => {
    if ((await started) !== 'open') return
    while (!isEnded) {
      try {
        const answer = await post('/api/events', {})
        if (answer.status === 401) return end()
        onConnection('open')
        for await (const line of linesOf(answer)) {
          const event = JSON.parse(line) as AppEvent | { readonly type: 'beat' } | { readonly type: 'session.ended' }
          if (event.type === 'session.ended') return end()
          if (event.type !== 'beat') for (const listener of listeners) listener(event)
        }
      } catch {
        // the host is gone or restarting: asked again below
      }
      if (!isEnded) onConnection('gone')
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
  void stream()

  return {
    started,
    call: async (name, input) => {
      try {
        const answer = await post(`/api/${name}`, input)
        if (answer.status === 401) end()
        if (!answer.ok) return err(fail(answer.status === 401 ? 'locked' : 'internal', { id: String(answer.status) }))
        return (await answer.json()) as Result<never>
      } catch {
        return err(fail('network', { host: 'Rekey', why: 'it is not running any more' }))
      }
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watchConnection: (listener) => {
      onConnection = listener
    },
    relaunch: async () => {
      try {
        return ((await (await post('/session/relaunch', {})).json()) as { how: 'opened' | 'printed' | 'too-soon' }).how
      } catch {
        return 'gone'
      }
    },
  }
}

async function* linesOf(answer: Response): AsyncGenerator<string> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const part = await reader?.read()
    if (!part || part.done) return
    const lines = (rest + part.value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield line
  }
}
