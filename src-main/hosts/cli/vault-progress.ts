/** Where a long import or export is, live on stderr; nothing where nobody looks. */
import type { VaultStep } from '../../../src-contract/events.ts'
import type { Context } from './context.ts'

const words: Readonly<Record<VaultStep, string>> = {
  reading: 'reading',
  judging: 'comparing with what is kept here',
  writing: 'writing',
  checking: 'reading it again',
}

/** Runs fn with the line shown, and takes the line away after it. */
export async function withProgress<T>({ out, listen }: Context, fn: () => Promise<T>): Promise<T> {
  if (out.isQuiet || !out.isTerminal('stderr')) return fn()
  const clear = (): void => out.raw('\r\u001b[K')
  out.clearsWith(clear)
  const deaf = listen((event) => {
    if (event.type !== 'vault.progressed' || out.isAsking) return
    const { done, of } = event
    const share = of > 1 ? ` ${done} of ${of}` : of === 0 && done > 0 ? ` ${done}` : ''
    out.raw(`\r\u001b[K${words[event.step]}${share}`)
  })
  try {
    return await fn()
  } finally {
    deaf()
    clear()
    out.clearsWith(() => {})
  }
}
