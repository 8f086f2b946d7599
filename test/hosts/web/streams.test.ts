import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppEvent } from '../../../src-contract/events.ts'
import { ok } from '../../../src-contract/result.ts'
import type { App } from '../../../src-main/hosts/create-app.ts'
import { routes } from '../../../src-main/hosts/web/routes.ts'
import { openSessions, type Sessions } from '../../../src-main/hosts/web/sessions.ts'
import { plainWindow, type PlainWindow } from '../../long-life/plain-window.ts'

/** What a stream of events leaves behind when its page goes: nothing, however it went. Over real sockets. */
const listeners = new Set<(event: AppEvent) => void>()
const app = {
  call: async () => ok({ isLocked: false, unlockBy: 'token' }),
  session: { isLocked: () => false, lock: () => undefined, unlock: () => undefined },
  listen: (listener: (event: AppEvent) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
} as unknown as App

describe('a stream of events', () => {
  let server: Server
  let sessions: Sessions
  let watching = 0
  let origin = ''
  let page: PlainWindow
  let token = ''

  beforeEach(async () => {
    const own = openSessions()
    sessions = {
      ...own,
      onEnd: (listener) => {
        const stop = own.onEnd(listener)
        watching += 1
        return () => {
          watching -= 1
          stop()
        }
      },
    }
    const { fetch } = routes({
      ...{ app, sessions, files: new Map(), authority: () => new URL(origin).host },
      ...{ refused: () => undefined, touched: () => undefined, relaunch: async () => 'too-soon' },
    })
    server = createAdaptorServer({ fetch }) as Server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    page = plainWindow(origin)
    token = sessions.mint()
    await page.enter(`${origin}/#token=${token}`)
  })
  afterEach(async () => {
    await page.leave()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    listeners.clear()
    watching = 0
  })

  it('is forgotten when its page goes, on every side', async () => {
    for (let reload = 0; reload < 5; reload += 1) await page.listen()
    await expect.poll(() => [listeners.size, watching]).toEqual([1, 1])
    await page.leave()
    await expect.poll(() => [listeners.size, watching]).toEqual([0, 0])
  })

  it('hears of the end of its session, though the page was loaded anew meanwhile', async () => {
    await page.listen()
    await page.listen()
    await expect.poll(() => listeners.size).toBe(1)
    expect(await page.post('/session', { token })).toEqual({ status: 401, body: { refused: 'replayed' } })
    await expect.poll(() => page.hasEnded()).toBe(true)
    expect([listeners.size, watching]).toEqual([0, 0])
  })

  it('is ended when its page reads nothing any more, and what it missed is not kept for ever', async () => {
    const socket = await page.hang()
    await expect.poll(() => listeners.size).toBe(1)
    const event: AppEvent = { type: 'notice.given', sentence: 'x'.repeat(1000) }
    for (let round = 0; listeners.size > 0 && round < 400; round += 1) {
      for (let each = 0; each < 100; each += 1) for (const listener of listeners) listener(event)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect([listeners.size, watching]).toEqual([0, 0])
    // a page that goes on reads what waited, and the end
    let tail = ''
    socket.setEncoding('latin1').on('data', (text: string) => (tail = (tail + text).slice(-16)))
    socket.resume()
    await expect.poll(() => tail).toMatch(/\r\n0\r\n\r\n$/)
    socket.destroy()
  })
})
