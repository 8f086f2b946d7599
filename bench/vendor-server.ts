import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A vendor on loopback that speaks ProjectDiscovery's three calls and takes a given time for each. */
export type VendorServer = {
  readonly baseUrl: string
  delayMs: number
  /** Keys that were rotated since the start. */
  rotations(): number
  /** Adds a principal; returns its key. */
  addPrincipal(email: string): string
  works(key: string): boolean
  close(): Promise<void>
}

const newKey = (): string => randomBytes(20).toString('hex')

export async function startVendorServer(): Promise<VendorServer> {
  const emails = new Map<string, string>()
  let rotated = 0
  const answer = (method: string, url: string, key: string): readonly [number, object] => {
    const email = emails.get(key)
    if (email === undefined) return [401, { message: 'unauthorized' }]
    if (method === 'GET' && url === '/v1/user') return [200, { name: 'Bench', email }]
    if (method !== 'POST' || url !== '/v1/user/apikey/rotate') return [404, { message: 'not found' }]
    const next = newKey()
    emails.delete(key)
    emails.set(next, email)
    rotated += 1
    return [200, { message: 'API key rotated', api_key: next }]
  }
  const vendor = { delayMs: 0 }
  const server = createServer((request, response) => {
    request.resume()
    setTimeout(() => {
      const [status, body] = answer(request.method ?? '', request.url ?? '', String(request.headers['x-api-key']))
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(body))
    }, vendor.delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(vendor, {
    baseUrl: `http://127.0.0.1:${port}`,
    rotations: () => rotated,
    addPrincipal(email: string): string {
      const key = newKey()
      emails.set(key, email)
      return key
    },
    works: (key: string) => emails.has(key),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}
