import { createSocket } from 'node:dgram'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A name server of a world's own, which its processes ask because they see another /etc/resolv.conf (a mount namespace; root
 * may make one, mostly). Each question is answered by what the seed says of it: well, not at all, late, wrongly.
 */
export type NameAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly afterMs?: number }
  | { readonly kind: 'error'; readonly code: 'nxdomain' | 'servfail' | 'refused' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'nonsense' }

export type Names = {
  /** What a command line starts with to ask here; null where nothing can be mounted. */
  readonly wrap: readonly string[] | null
  close(): Promise<void>
}

const codes = { nxdomain: 3, servfail: 2, refused: 5 } as const

export async function openNames(
  folder: string,
  address: string,
  answerTo: (name: string, question: number) => NameAnswer,
): Promise<Names> {
  const socket = createSocket('udp4')
  let questions = 0
  socket.on('message', (asked, from) => {
    const question = readQuestion(asked)
    if (!question) return
    const reply = (bytes: Buffer): void => socket.send(bytes, from.port, from.address, () => undefined)
    // a look-up asks for A and AAAA at once: the one that matters counts
    if (question.type !== 1) return reply(answerOf(asked, question.end, 0, []))
    const answer = answerTo(question.name, questions++)
    if (answer.kind === 'silence') return
    if (answer.kind === 'nonsense') return reply(Buffer.concat([asked.subarray(0, 2), Buffer.alloc(40, 0xff)]))
    if (answer.kind === 'error') return reply(answerOf(asked, question.end, codes[answer.code], []))
    setTimeout(() => reply(answerOf(asked, question.end, 0, answer.addresses)), answer.afterMs ?? 0)
  })
  const isBound = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false)).bind(53, address, () => resolve(true))
  })
  const resolv = join(folder, 'resolv.conf')
  writeFileSync(resolv, `nameserver ${address}\noptions timeout:1 attempts:1\n`)
  const wrap = ['unshare', '-m', 'sh', '-c', `mount --bind ${resolv} /etc/resolv.conf && exec "$@"`, 'sh']
  const [command, ...args] = [...wrap, 'true']
  const isAble = isBound && spawnSync(command, args).status === 0
  return {
    wrap: isAble ? wrap : null,
    close: () => new Promise((resolve) => (isBound ? socket.close(() => resolve()) : resolve())),
  }
}

function readQuestion(asked: Buffer): { readonly name: string; readonly type: number; readonly end: number } | null {
  const labels: string[] = []
  let at = 12
  for (let size = asked[at] ?? 0; size > 0; size = asked[at] ?? 0) {
    labels.push(asked.toString('latin1', at + 1, at + 1 + size))
    at += 1 + size
    if (at > asked.length) return null
  }
  return { name: labels.join('.'), type: asked.readUInt16BE(at + 1), end: at + 5 }
}

function answerOf(asked: Buffer, end: number, code: number, addresses: readonly string[]): Buffer {
  const head = Buffer.from(asked.subarray(0, end))
  head.writeUInt16BE(0x8180 | code, 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt32BE(0, 8)
  const records = addresses.map((address) =>
    // the name as asked, A, IN, for no time at all, four bytes
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  )
  return Buffer.concat([head, ...records])
}
