/**
 * How a rotation ended, as a notification, when nobody looks at the window: each by itself, many at once as one. No key is in
 * it, and no word of a vendor's.
 */
import { Notification } from 'electron'
import { outcomes } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import type { App } from '../create-app.ts'

/** Those that end within so long of each other are told together. */
const GATHER_MS = 400
const MOST = 3

type Told = { readonly title: string; readonly body: string; readonly name: string | null }

const oneOf = (result: RotationResult): Told =>
  result.outcome === 'rotated'
    ? {
        title: `${result.name} is rotated`,
        body: 'The new key works and is in your keychain; the old one is dead.',
        name: result.name,
      }
    : { title: `${result.name}: ${outcomes[result.outcome].says}`, body: 'Open Rekey for what to do next.', name: null }

function manyOf(results: readonly RotationResult[]): Told {
  const rotated = results.filter(({ outcome }) => outcome === 'rotated').length
  const others = results.length - rotated
  return {
    title: `${results.length} rotations ended`,
    body: others === 0 ? 'Every new key works.' : `${rotated} rotated, ${others} not. Open Rekey for each.`,
    name: null,
  }
}

/** Notifies of every ending that the app announces. */
export function notifyEndings(app: App, show: () => void, isQuiet: () => boolean): void {
  let gathered: RotationResult[] = []
  // what is still open is looked at again and again, and found as it was
  const last = new Map<string, string>()
  let timer: NodeJS.Timeout | null = null
  const tell = ({ title, body, name }: Told): void => {
    const note = new Notification({
      title,
      body,
      ...(name === null ? {} : { actions: [{ type: 'button', text: 'Copy' }] }),
    })
    note.on('click', show)
    if (name !== null) note.on('action', () => void app.call('clipboard.copy', { name }))
    note.show()
  }
  const flush = (): void => {
    timer = null
    const results = gathered
    gathered = []
    // what a locked app did is told by its unlocked window
    if (app.session.isLocked() || !Notification.isSupported()) return
    for (const told of results.length > MOST ? [manyOf(results)] : results.map(oneOf)) tell(told)
  }
  app.listen((event) => {
    if (event.type !== 'rotation.ended') return
    const { name, rotationId, outcome } = event.result
    const how = `${String(rotationId)} ${outcome}`
    if (last.get(name) === how) return
    last.set(name, how)
    // who looks at the window when it ends has seen it
    if (isQuiet()) return
    gathered.push(event.result)
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(flush, GATHER_MS)
  })
}
