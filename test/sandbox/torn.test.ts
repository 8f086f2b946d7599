import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSandbox, type Sandbox } from '../../src-main/sandbox/start-sandbox.ts'
import { bearer, converse, type Heard } from './ask.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
  sandbox.configure('scrapebit', { mintEverySeconds: 0, callLimits: [] })
})
afterAll(() => sandbox.close())

const regenerate = (key: string): Promise<Heard> => {
  const { baseUrl } = sandbox.vendors.scrapebit
  const fields = Object.entries({ Host: new URL(baseUrl).host, ...bearer(key), Connection: 'close' })
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return converse(baseUrl, `POST /v1/user/api-key/regenerate HTTP/1.1\r\n${head}\r\n`)
}
const current = (): string => sandbox.currentKey('scrapebit')!
/** Two replies differ in their time and key only, and both have a fixed length. */
const mask = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/sb_live_[0-9A-Za-z]{32}/, (key) => '~'.repeat(key.length))
    .replace(/\d\d:\d\d:\d\d GMT/, '~~:~~:~~ GMT')
    .replace(/T\d\d:\d\d:\d\dZ/, 'T~~:~~:~~Z')

describe('a torn reply', () => {
  it('has exactly the bytes asked for, wherever it is cut, and the vendor has acted', async () => {
    const whole = (await regenerate(current())).bytes
    expect(whole.toString('latin1', 0, 15)).toBe('HTTP/1.1 200 OK')
    for (let at = 0; at <= whole.length; at++) {
      const before = current()
      sandbox.inject({ vendor: 'scrapebit', kind: 'torn', at })
      const heard = await regenerate(before)
      const now = current()
      expect(heard.bytes.length, `cut at ${at}`).toBe(at)
      // What was cut off is filled up from the whole reply, with the key that the vendor believes in.
      const key = whole.indexOf('sb_live_')
      const expected = Buffer.from(whole)
      expected.write(now, key, 'latin1')
      const filled = Buffer.concat([heard.bytes, expected.subarray(at)])
      expect(mask(filled), `cut at ${at}`).toBe(mask(whole))
      expect(heard.bytes.subarray(key, key + 40).toString(), `cut at ${at}`).toBe(now.slice(0, Math.max(0, at - key)))
      expect([now === before, sandbox.keyState('scrapebit', before)]).toEqual([false, 'dead'])
      expect(sandbox.log.at(-1)).toMatchObject({
        acted: true,
        replyBytes: whole.length,
        sentBytes: at,
        wholeReplySent: at === whole.length,
        status: at === 0 ? null : 200,
      })
    }
  })

  it('may be cut by a reset, which loses no byte that was sent', async () => {
    for (const at of [1, 100, 300]) {
      sandbox.inject({ vendor: 'scrapebit', kind: 'torn', at, end: 'rst' })
      const heard = await regenerate(current())
      expect([heard.bytes.length, heard.wasReset]).toEqual([at, true])
    }
    sandbox.inject({ vendor: 'scrapebit', kind: 'torn', at: 100 })
    expect((await regenerate(current())).wasReset).toBe(false)
  })

  it('may be counted from the header fields, from the body, or from the end', async () => {
    const cut = async (at: number, from: 'start' | 'headers' | 'body') => {
      sandbox.inject({ vendor: 'scrapebit', kind: 'torn', at, from })
      return (await regenerate(current())).bytes.toString('latin1')
    }
    expect(await cut(5, 'headers')).toBe('HTTP/1.1 200 OK\r\nDate:')
    expect(await cut(0, 'body')).toMatch(/\r\n\r\n$/)
    expect((await cut(11, 'body')).split('\r\n\r\n')[1]).toBe('{"success":')
    expect(await cut(-1, 'start')).toMatch(/now invalid\."$/)
    expect(await cut(-1, 'body')).toMatch(/\r\n\r$/)
  })

  it('may be torn between chunks, or have no framing at all', async () => {
    sandbox.inject({ vendor: 'scrapebit', kind: 'torn', at: -5, framing: 'chunked' })
    const chunked = (await regenerate(current())).bytes.toString('latin1')
    expect(chunked).toContain('Transfer-Encoding: chunked')
    expect(chunked).toMatch(/"\}\r\n$/)
    sandbox.inject({ vendor: 'scrapebit', kind: 'torn', at: -30, framing: 'close' })
    const open = (await regenerate(current())).bytes.toString('latin1')
    expect(open).not.toMatch(/Content-Length|Transfer-Encoding/)
    expect(open).toMatch(/Connection: close/)
  })

  it('tells a client that read all of it from one that died over bytes it had not read', async () => {
    sandbox.clearLog()
    await regenerate(current())
    expect(await sandbox.waitFor(({ isOver }) => isOver)).toMatchObject({ wholeReplySent: true, wasReset: false })
    sandbox.clearLog()

    const { baseUrl } = sandbox.vendors.scrapebit
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(baseUrl).port) })
    // nothing is ever read of it: when it is closed the system says so to the other side
    socket.pause()
    const { host } = new URL(baseUrl)
    socket.write(
      `POST /v1/user/api-key/regenerate HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${current()}\r\nConnection: close\r\n\r\n`,
    )
    await sandbox.waitFor(({ wholeReplySent }) => wholeReplySent)
    socket.destroy()
    expect(await sandbox.waitFor(({ wasReset }) => wasReset)).toMatchObject({ wholeReplySent: true })
  })
})
