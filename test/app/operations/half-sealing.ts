import { fail } from '../../../src-contract/failures.ts'
import { ok } from '../../../src-contract/result.ts'
import { openEscrowFile } from '../../../src-main/adapters/escrow/file.ts'
import type { AppPorts } from '../../../src-main/app/app-ports.ts'
import { LedgerError } from '../../../src-main/core/ports.ts'
import { Secret } from '../../../src-main/core/secret.ts'

/** A courier whose disk takes the first bytes of a reply and no more; it hands the whole over, and dies with it. */
export const halfSealing = (ports: AppPorts): AppPorts => ({
  ...ports,
  couriers: {
    start: () => ({
      close: () => undefined,
      isGone: () => false,
      prepare: async (order) =>
        ok({
          abort: async () => undefined,
          go: async () => {
            const { url, method, headers, body } = order.request
            const reply = await fetch(url, { method, headers, body })
            const text = await reply.text()
            const type = reply.headers.get('content-type') ?? ''
            const head = `HTTP/1.1 ${reply.status} ${reply.statusText}\r\ncontent-type: ${type}\r\n`
            const wire = `${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
            const file = openEscrowFile(order.escrowPath, order, order.escrowKey)
            if (!file.ok) throw new Error(file.failure.code)
            file.value.append({ type: 'wire', index: 0, plain: Buffer.from(wire.slice(0, 40)) })
            file.value.close()
            return { kind: 'unsealed', held: Secret.of(Buffer.from(wire).toString('base64')), why: 'ENOSPC' }
          },
        }),
    }),
  },
})

/** And Rekey itself dies before the first entry that follows. */
export const silentLedger = (ports: AppPorts): AppPorts => ({
  ...ports,
  ledger: new Proxy(ports.ledger, {
    get: (target, name, receiver) => {
      if (name !== 'advanceRotation') return Reflect.get(target, name, receiver) as unknown
      return () => {
        throw new LedgerError(fail('disk-full', { folder: '/data' }))
      }
    },
  }),
})
