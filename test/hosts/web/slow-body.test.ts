import { describe, expect, it } from 'vitest'
import { ok } from '../../../src-contract/result.ts'
import { routes, type RoutesOptions } from '../../../src-main/hosts/web/routes.ts'
import { openSessions } from '../../../src-main/hosts/web/sessions.ts'

/** Bodies that come slowly: a file may, everything else is not waited for. */
const authority = '127.0.0.1:1'
const sessions = openSessions()
const token = sessions.mint()
const exchanged = sessions.exchange(token)
const session = exchanged.kind === 'session' ? exchanged.session : ''
const calls: string[] = []

const hono = routes({
  app: {
    session: { isLocked: () => false },
    call: async (name: string) => {
      calls.push(name)
      return ok({})
    },
  } as unknown as RoutesOptions['app'],
  sessions,
  files: new Map(),
  authority: () => authority,
  refused: () => undefined,
  touched: () => undefined,
  relaunch: async () => 'printed',
  bodyMs: 50,
})

/** Half of its body at once, the rest after that time. */
const send = async (path: string, afterMs: number): Promise<number> => {
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('{"tag":'))
      setTimeout(() => {
        controller.enqueue(new TextEncoder().encode('"x"}'))
        controller.close()
      }, afterMs)
    },
  })
  const headers = {
    host: authority,
    origin: `http://${authority}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'content-length': '11',
    'x-rekey-session': session,
  }
  const answer = await hono.request(`http://${authority}${path}`, { method: 'POST', headers, body, duplex: 'half' })
  return answer.status
}

describe('a body that comes slowly', () => {
  it('is waited for where it is a file', async () => {
    expect(await send('/api/vault.preview', 200)).toBe(200)
    expect(calls).toEqual(['vault.preview'])
  })

  it('is not waited for where it is anything else', async () => {
    calls.length = 0
    expect(await send('/api/credential.list', 200)).toBe(400)
    expect(await send('/session', 200)).toBe(400)
    expect(calls).toEqual([])
    expect(await send('/api/credential.list', 5)).toBe(200)
  })
})
