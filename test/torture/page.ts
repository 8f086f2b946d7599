import { setTimeout as sleep } from 'node:timers/promises'
import { ask, sessionOf, type Answer } from '../hosts/web/http.ts'
import type { Running } from './running.ts'
import type { World } from './world.ts'

/** `rekey serve` and what a page of it would ask, unlocked. */
export type Page = {
  readonly running: Running
  readonly call: (operation: string, input: object) => Promise<Answer>
}

export async function openPage(world: World): Promise<Page> {
  const running = world.start(['serve', '--no-open'])
  let url: string | undefined
  while (url === undefined) {
    url = /"url":"([^"]+)"/.exec(running.stdout())?.[1]
    if (running.isOver()) throw new Error(`serve ended: ${(await running.ended).stderr}`)
    await sleep(5)
  }
  const { origin } = new URL(url)
  const headers = { 'x-rekey-session': await sessionOf(url) }
  const call: Page['call'] = (operation, input) =>
    ask(origin, { path: `/api/${operation}`, headers, body: JSON.stringify(input) })
  if (world.keychain.kind === 'sealed') {
    const unlocked = await call('session.unlock', { passphrase: world.passphrase })
    if (!unlocked.body.includes('"ok":true')) throw new Error(`the page stays locked: ${unlocked.body}`)
  }
  return { running, call }
}
