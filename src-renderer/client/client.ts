import type { Client } from '../../src-contract/client.ts'

/** The app behind this page, whichever host it runs in; set once, before anything is drawn. */
let current: Client | null = null

export const setClient = (client: Client): void => {
  current = client
}

export function client(): Client {
  if (current === null) throw new Error('the window has no client yet')
  return current
}
