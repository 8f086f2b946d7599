/**
 * The process that talks to the OS keychain. keytar can hang a whole process (a stalled daemon fills libuv's pool), lose
 * its connection for good (a restarted daemon) or crash; here it can do so alone. A plain Node entry that imports nothing
 * but keytar, run as dist/keychain-child.js or straight from source; under Electron's utilityProcess too.
 * It ends when its parent does: with SIGKILL, since a normal exit waits for the pool, and the pool for the daemon.
 */
import type { ChildReply, ChildRequest, Named, ReplyValue } from './child-protocol.ts'

type ParentPort = {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  postMessage(message: unknown): void
}

const port = (process as { parentPort?: ParentPort }).parentPort

function reply(message: ChildReply): void {
  if (port) port.postMessage(message)
  else if (process.connected) process.send?.(message)
}

const load = async () => (await import('keytar')).default
type Keytar = Awaited<ReturnType<typeof load>>

const loading: Promise<Keytar | Error> = load().catch((error: unknown) =>
  error instanceof Error ? error : new Error(String(error)),
)

async function perform(keytar: Keytar, request: ChildRequest): Promise<ReplyValue> {
  switch (request.op) {
    case 'get':
      return keytar.getPassword(request.service, request.account)
    case 'set':
      await keytar.setPassword(request.service, request.account, request.value)
      return keytar.getPassword(request.service, request.account).catch(() => true)
    case 'delete':
      return keytar.deletePassword(request.service, request.account)
    case 'get-all':
      return getAll(keytar, [request, ...request.behind])
  }
}

/** One after the other: where one has a person asked, the others are not asked about. */
async function getAll(keytar: Keytar, items: readonly Named[]): Promise<readonly string[]> {
  const values: string[] = []
  for (const { service, account } of items) {
    const value = await keytar.getPassword(service, account)
    if (value === null) break
    values.push(value)
  }
  return values
}

async function answer(request: ChildRequest): Promise<void> {
  const { id } = request
  const keytar = await loading
  if (keytar instanceof Error) {
    reply({ kind: 'error', id, from: 'module', text: keytar.message })
    return
  }
  try {
    reply({ kind: 'value', id, value: await perform(keytar, request) })
  } catch (error) {
    reply({ kind: 'error', id, from: 'call', text: error instanceof Error ? error.message : String(error) })
  }
}

// Ctrl-C and a closed terminal reach the whole process group: they are the parent's to answer, and it may be mid-rotation
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)

if (port) {
  port.on('message', (event) => void answer(event.data as ChildRequest))
} else {
  process.on('message', (message) => void answer(message as ChildRequest))
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
reply({ kind: 'ready' })
