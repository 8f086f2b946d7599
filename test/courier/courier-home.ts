import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ExchangeRequest, TlsTrust } from '../../src-contract/exchange.ts'
import { openEscrow } from '../../src-main/adapters/escrow/open-escrow.ts'
import { courierStarter } from '../../src-main/adapters/courier/start-courier.ts'
import { openLocks } from '../../src-main/adapters/locks/sqlite-locks.ts'
import type { Courier, CourierOrder, EscrowContents, PreparedOrder } from '../../src-main/core/ports.ts'
import { Secret } from '../../src-main/core/secret.ts'

/** A home with an escrow and locks, and couriers started from source against it. */
export const courierSource = fileURLToPath(new URL('../../src-main/courier/main.ts', import.meta.url))
export const noTrust: TlsTrust = { caPem: null, pinSha256: null }
export const newKey = (): Secret => Secret.of(randomBytes(32).toString('base64'))

export const mint = (url: string, body: string | null = ''): ExchangeRequest => ({
  method: 'POST',
  url,
  headers: { 'X-Api-Key': 'old-key-0123456789' },
  body,
})

export type Home = ReturnType<typeof makeHome>

export function makeHome() {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-courier-'))
  const temp = join(folder, 'temp')
  for (const name of ['locks', 'temp']) mkdirSync(join(folder, name), { mode: 0o700 })
  const escrow = openEscrow({ folder: join(folder, 'escrow'), tempFolder: temp })
  const locks = openLocks(join(folder, 'locks'))
  const key = newKey()
  const started: Courier[] = []
  let last = 0

  return {
    folder,
    temp,
    escrow,
    locks,
    key,
    start(environment: Readonly<Record<string, string>> = {}): Courier {
      const path = { PATH: process.env['PATH'], TMPDIR: temp }
      const courier = courierStarter({ entryPath: courierSource, environment: { ...path, ...environment } }).start()
      started.push(courier)
      return courier
    },
    /** An order whose escrow exists. */
    async order(
      request: ExchangeRequest,
      more: Partial<CourierOrder> = {},
      old = 'old-key-0123456789',
    ): Promise<CourierOrder> {
      const id = { rotationId: `rotation-${++last}`, credentialId: 'credential-1' }
      const place = await escrow.create(id, key, Secret.of(old))
      if (!place.ok) throw new Error(place.failure.code)
      return {
        ...id,
        request,
        tls: noTrust,
        replyWaitMs: 5_000,
        escrowPath: place.value.path,
        escrowKey: key,
        lockPath: locks.path(id.rotationId),
        ...more,
      }
    },
    contents(order: CourierOrder): EscrowContents {
      const read = escrow.read(order, key)
      if (!read.ok || !read.value) throw new Error(read.ok ? 'no escrow' : JSON.stringify(read.failure))
      return read.value
    },
    wire(order: CourierOrder): string {
      return Buffer.from(this.contents(order).wire).toString('latin1')
    },
    close(): void {
      for (const courier of started) courier.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function ready(courier: Courier, order: CourierOrder): Promise<PreparedOrder> {
  const prepared = await courier.prepare(order)
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.failure))
  return prepared.value
}

export async function until(isTrue: () => boolean, what: string, ms = 20_000): Promise<void> {
  for (const deadline = Date.now() + ms; !isTrue(); await sleep(10)) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
  }
}

/** Processes whose parent is this one and that run the courier. */
export const couriersOf = (pid: number): readonly number[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('courier/main.ts'))
    .map((line) => Number.parseInt(line, 10))

/** False for zombies too: this container has nobody to collect orphans. */
export const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
