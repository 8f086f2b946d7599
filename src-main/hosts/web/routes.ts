/** The app over loopback: a route for every operation of the table, the session, and the stream of events. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { AppEvent } from '../../../src-contract/events.ts'
import { operationNames } from '../../../src-contract/operation-names.ts'
import type { OperationName } from '../../../src-contract/operations.ts'
import type { App } from '../create-app.ts'
import { guard, type Refuse } from './guard.ts'
import type { PageFile } from '../page-files.ts'
import { sessionId, type Sessions } from './sessions.ts'

const MAX_BODY = 1024 * 1024
/** A vault file in base64 (operations.ts), its key file, and the JSON around them: for an open session, and only there. */
const MAX_VAULT_BODY = 98 * 1024 * 1024
/** How long a body may take; a file has as long as the server gives a request (serve.ts). */
const BODY_MS = 15_000
const HEARTBEAT_MS = 15_000
/** How many events wait for a page that reads none, such as a stopped one. When it goes on it reads to their end, and asks anew. */
const MOST_UNREAD = 10_000

export type RoutesOptions = {
  readonly app: App
  readonly sessions: Sessions
  readonly files: ReadonlyMap<string, PageFile>
  /** `127.0.0.1:PORT`, known once the port is. */
  readonly authority: () => string
  readonly refused: Refuse
  /** A person did something in a page. */
  readonly touched: () => void
  /** A locked page asks for a fresh launch: by the browser, or on the terminal. */
  readonly relaunch: () => Promise<'opened' | 'printed' | 'too-soon'>
  readonly bodyMs?: number
}

const isOperation = (name: string): name is OperationName => (operationNames as readonly string[]).includes(name)

export function routes(options: RoutesOptions): Hono {
  const { app, sessions, files, refused } = options
  const hono = new Hono()
  hono.use(guard(options.authority, refused))
  hono.use('/api/*', async (context, next) => {
    if (!sessions.has(context.req.header('x-rekey-session') ?? '')) {
      refused('session', context.req.path.slice(0, 64))
      return context.json({ refused: 'session' }, 401)
    }
    if (context.req.header('x-rekey-person') === 'here') options.touched()
    return next()
  })
  // whose request it is comes before the first byte of its body
  const limit = (maxSize: number) =>
    bodyLimit({ maxSize, onError: (context) => context.json({ refused: 'size' }, 413) })
  const [small, large] = [limit(MAX_BODY), limit(MAX_VAULT_BODY)]
  const isVault = (path: string): boolean => path === '/api/vault.preview' && !app.session.isLocked()
  hono.use(async (context, next) => {
    // our own page says how long a body is; one that does not would be read to its end before its length is known
    if (context.req.header('transfer-encoding') !== undefined) return context.json({ refused: 'length' }, 411)
    return isVault(context.req.path) ? large(context, next) : small(context, next)
  })

  hono.post('/session', async (context) => {
    const body = await bodyOf(context.req.raw, options.bodyMs ?? BODY_MS)
    const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : null
    if (typeof token !== 'string') return context.json({ refused: 'token' }, 400)
    const exchanged = sessions.exchange(token)
    if (exchanged.kind === 'refused') {
      refused(`token ${exchanged.why}`, '/session')
      return context.json({ refused: exchanged.why }, 401)
    }
    // whoever holds a fresh token is who the host gave it to; a passphrase is still asked for where there is one
    const status = await app.call('session.status', {})
    if (status.ok && status.value.isLocked && status.value.unlockBy === 'token') app.session.unlock()
    options.touched()
    return context.json({ session: exchanged.session })
  })
  hono.use('/session/*', async (context, next) => {
    if (!sessions.has(context.req.header('x-rekey-session') ?? '')) return context.json({ refused: 'session' }, 401)
    return next()
  })
  hono.post('/session/relaunch', async (context) => context.json({ how: await options.relaunch() }))

  hono.post('/api/events', (context) => {
    const own = sessionId(context.req.header('x-rekey-session') ?? '')
    return context.body(eventStream(app, sessions, own), 200, { 'content-type': 'application/x-ndjson' })
  })
  hono.post('/api/:operation', async (context) => {
    const name = context.req.param('operation')
    if (!isOperation(name)) {
      refused('operation', context.req.path.slice(0, 64))
      return context.json({ refused: 'operation' }, 404)
    }
    const body = await bodyOf(context.req.raw, isVault(context.req.path) ? null : (options.bodyMs ?? BODY_MS))
    if (body === undefined) return context.json({ refused: 'body' }, 400)
    return context.json(await app.call(name, body as never))
  })

  hono.get('*', (context) => {
    const file = files.get(context.req.path)
    return file ? context.body(file.bytes, 200, { 'content-type': file.type }) : context.text('not found', 404)
  })
  hono.onError((_error, context) => context.json({ refused: 'error' }, 500))
  return hono
}

/** Parsed JSON; undefined if it is none, or does not come in time. */
async function bodyOf(request: Request, withinMs: number | null): Promise<unknown> {
  const read = request.json().catch(() => undefined) as Promise<unknown>
  if (withinMs === null) return read
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve(undefined), withinMs)))
  return Promise.race([read, late]).finally(() => clearTimeout(timer))
}

/** One JSON object a line: events as they happen, and a heartbeat so that a dead connection is noticed. */
function eventStream(app: App, sessions: Sessions, own: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop: () => void = () => undefined
  return new ReadableStream({
    start: (controller) => {
      const send = (line: AppEvent | { readonly type: 'beat' } | { readonly type: 'session.ended' }): void => {
        if ((controller.desiredSize ?? 0) > -MOST_UNREAD)
          return controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
        stop()
        controller.close()
      }
      const stopListening = app.listen(send)
      const timer = setInterval(() => send({ type: 'beat' }), HEARTBEAT_MS)
      timer.unref()
      const stopWatching = sessions.onEnd((session) => {
        if (session !== own) return
        send({ type: 'session.ended' })
        stop()
        controller.close()
      })
      stop = () => {
        stopListening()
        stopWatching()
        clearInterval(timer)
        stop = () => undefined
      }
      send({ type: 'beat' })
    },
    cancel: () => stop(),
  })
}
