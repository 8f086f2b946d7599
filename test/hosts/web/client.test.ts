import { afterAll, beforeAll } from 'vitest'
import type { Client } from '../../../src-contract/client.ts'
import type { AppEvent } from '../../../src-contract/events.ts'
import { describeClient } from '../../contract/client.ts'
import { startWindowServer, type WindowServer } from '../../fixtures/window-server.ts'
import { sessionOf } from './http.ts'

/** The client suite over `rekey serve`, by the requests that the page makes. */
let server: WindowServer
let session = ''
const post = (path: string, body: unknown, signal?: AbortSignal) =>
  fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: server.origin,
      'sec-fetch-site': 'same-origin',
      'x-rekey-session': session,
    },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })

const client: Client = {
  call: async (name, input) => (await (await post(`/api/${name}`, input)).json()) as never,
  listen: (listener) => {
    const stop = new AbortController()
    void post('/api/events', {}, stop.signal)
      .then(async ({ body }) => {
        for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? [])
          for (const line of text.split('\n').filter(Boolean)) listener(JSON.parse(line) as AppEvent)
      })
      .catch(() => undefined)
    return () => stop.abort()
  },
}

beforeAll(async () => {
  server = await startWindowServer({ REKEY_KEYCHAIN: 'sealed' })
  session = await sessionOf(server.url)
  await client.call('keychain.choose', { kind: 'sealed', passphrase: 'a passphrase for tests only' })
})
afterAll(() => server.stop())

describeClient('over loopback', () => client)
