import { courierStarter } from '../../src-main/adapters/courier/start-courier.ts'
import type { CourierOrder } from '../../src-main/core/ports.ts'
import { Secret } from '../../src-main/core/secret.ts'

/**
 * A parent for tests to kill: takes { entryPath, order, close } as one line on stdin, says `ready`, goes at the next
 * line, says each step, and at the end the report.
 */
const lines = process.stdin.setEncoding('utf8').iterator()
const nextLine = async (): Promise<string> => String((await lines.next()).value)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const asked = JSON.parse(await nextLine()) as { entryPath: string; order: CourierOrder; escrowKey: string }
const courier = courierStarter({ entryPath: asked.entryPath }).start()
const prepared = await courier.prepare({ ...asked.order, escrowKey: Secret.of(asked.escrowKey) })
if (!prepared.ok) throw new Error(prepared.failure.code)
say('ready')
const word = (await nextLine()).trim()
if (word === 'leave') {
  // Without close(): an idle courier must not keep its parent.
  process.stdin.destroy()
} else {
  const report = await prepared.value.go(say)
  say(JSON.stringify(report))
  courier.close()
  process.stdin.destroy()
}
