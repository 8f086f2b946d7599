import { fail } from '../../../src-contract/failures.ts'
import { err, ok } from '../../../src-contract/result.ts'
import type { Http } from '../../core/ports.ts'
import { dial, seeLeaf } from './dial.ts'
import type { Environment } from './proxies.ts'
import { hear } from './reply.ts'
import { speak } from './speak.ts'
import { readTarget } from './targets.ts'

/**
 * Verify, probe and session calls, each on a connection of its own: a pooled one that the server has just closed would
 * make an answer out of nothing. Failures before the request left are bad-url, dns, connect, proxy and tls; after that, network.
 */

const connectMs = 10_000
const capBytes = 256 * 1024

export function openHttp(options: { readonly environment: Environment }): Http {
  const open = new Set<() => void>()
  return {
    async leafOf(url) {
      const target = readTarget(url)
      return target.ok ? seeLeaf(target.value, { timeoutMs: connectMs, environment: options.environment }) : target
    },
    async exchange(request, { tls, timeoutMs }) {
      const startedAt = performance.now()
      const target = readTarget(request.url)
      if (!target.ok) return target
      const dialled = await dial(target.value, {
        tls,
        timeoutMs: Math.min(connectMs, timeoutMs),
        environment: options.environment,
      })
      if (!dialled.ok) return dialled
      const socket = dialled.value
      const noReply = (code: string) => err(fail('network', { host: target.value.host, why: wordsFor(code) }))
      let isLate = false
      const hangUp = (): void => void socket.destroy()
      open.add(hangUp)
      const timer = setTimeout(
        () => {
          isLate = true
          hangUp()
        },
        Math.max(0, timeoutMs - (performance.now() - startedAt)),
      )
      try {
        const { reply, error } = await hear(speak(socket, request, target.value), capBytes)
        return reply ? ok(reply) : noReply(isLate ? 'ETIMEDOUT' : (error ?? 'ECONNRESET'))
      } finally {
        clearTimeout(timer)
        open.delete(hangUp)
        hangUp()
      }
    },
    async close() {
      for (const hangUp of open) hangUp()
    },
  }
}

function wordsFor(code: string): string {
  if (code === 'ETIMEDOUT') return 'it took too long'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection broke off'
  return code.startsWith('HPE_') ? 'it does not speak HTTP' : code
}
