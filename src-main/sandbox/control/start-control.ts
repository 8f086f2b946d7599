import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { listen, type Arrival } from '../http/listen.ts'
import { json, render, type Reply } from '../http/reply.ts'
import type { WireRequest } from '../http/request.ts'
import { send } from '../http/send.ts'
import type { RequestLog } from '../log.ts'
import type { SandboxActions, SandboxVendor } from '../sandbox.ts'
import type { VendorId } from '../vendor-id.ts'
import { controlRoutes } from './routes.ts'

/**
 * The sandbox by HTTP, for other processes: JSON in and out, on loopback. The way in is the token in the path, which only
 * the sandbox's first line tells; a Host that is not ours, or any Origin (a page in a browser), is turned away.
 */
export type Control = { readonly url: string; readonly close: () => Promise<void> }

const failure = (status: number, code: string, message: string): Reply => json(status, { error: { code, message } })
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function readBody(body: string): Record<string, unknown> | null {
  if (body === '') return {}
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

function answer(request: WireRequest, host: string, token: Buffer, routes: ReturnType<typeof controlRoutes>): Reply {
  const [given = '', ...rest] = request.segments ?? []
  if (request.headers.host !== host || request.headers.origin !== undefined) {
    return failure(403, 'forbidden', 'only a process of this machine may ask')
  }
  if (!timingSafeEqual(digest(given), token)) return failure(404, 'not-found', 'there is nothing here')
  const name = `${request.method} /${rest.join('/').replace(/\/$/, '')}`
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined
  if (route === undefined)
    return failure(404, 'not-found', `there is no ${name}; there are ${Object.keys(routes).join(', ')}`)
  const body = readBody(request.body)
  if (body === null) return failure(400, 'bad-input', 'the body must be a JSON object')
  try {
    return json(200, route({ ...Object.fromEntries(request.query), ...body }) ?? { ok: true }, {
      'Cache-Control': 'no-store',
    })
  } catch (error) {
    return failure(400, 'bad-input', error instanceof Error ? error.message : 'bad input')
  }
}

/** Starts the control API on the port (0: any). */
export async function startControl(
  port: number,
  vendors: Readonly<Record<VendorId, SandboxVendor>>,
  actions: SandboxActions,
  log: RequestLog,
): Promise<Control> {
  const token = randomBytes(24).toString('base64url')
  const expected = digest(token)
  const routes = controlRoutes(vendors, actions, log)
  const stopping = new AbortController()
  let host = ''

  const handle = async ({ request, socket }: Arrival): Promise<void> => {
    const reply = answer(request, host, expected, routes)
    const { bytes } = render(reply, 'length', request.keepsAlive, Date.now())
    await send(socket, bytes, { piece: bytes.length, pauseMs: 0, end: null }, stopping.signal)
  }
  const listener = await listen(port, handle)
  host = `127.0.0.1:${listener.port}`
  return {
    url: `http://${host}/${token}`,
    close: async () => {
      const closed = listener.close()
      stopping.abort()
      await closed
    },
  }
}
