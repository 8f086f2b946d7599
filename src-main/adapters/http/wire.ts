import type { ExchangeRequest } from '../../../src-contract/exchange.ts'
import type { Wire } from '../../core/ports.ts'
import { hear } from './reply.ts'
import { apart, speak } from './speak.ts'

/**
 * Reads sealed bytes as Node's own parser would have read them live, by giving them to it again. A connection that
 * ended and one whose end nobody saw read alike: only framing makes a body whole.
 */

// Any method whose reply has a body reads the same.
const asked: ExchangeRequest = { method: 'POST', url: 'http://127.0.0.1/', headers: {}, body: null }
const nowhere = { host: '127.0.0.1', port: 80, isTls: false, isLoopback: true, authority: '127.0.0.1', path: '/' }

export const nodeWire: Wire = {
  async parse(bytes) {
    const stream = apart((_bytes, done) => done())
    const listening = hear(speak(stream, asked, nowhere), Number.POSITIVE_INFINITY)
    stream.push(Buffer.from(bytes))
    stream.push(null)
    const { reply } = await listening
    stream.destroy()
    return reply
  },
}
