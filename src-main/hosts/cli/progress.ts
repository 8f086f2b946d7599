/** Where rotations are, live on stderr: a line each for a few, one bar for many. Nothing where nobody looks. */
import { escapeText } from '../../../src-contract/escape.ts'
import type { RotationStep } from '../../../src-contract/events.ts'
import type { Context } from './context.ts'
import { shorten } from './width.ts'

const FEW = 6
const EVERY_MS = 100

const words: Readonly<Record<RotationStep, string>> = {
  preparing: 'asking whether the old key works',
  armed: 'ready; the place for the answer exists',
  connected: 'connected',
  sent: 'sent; waiting for the answer',
  'first-byte': 'the answer is coming in',
  slow: 'the vendor is slow; rekey keeps listening',
  sealed: 'the answer is sealed',
  verifying: 'trying the new key',
  verified: 'the new key works',
  promoted: 'the new key is in the keychain',
  probing: 'asking whether the old key is dead',
  settling: 'giving the vendor a moment',
  'waiting-for-courier': 'a courier is still waiting for the answer',
}

export type Progress = { clear(): void; stop(): void }

export function startProgress(context: Context, total: number): Progress {
  const { out } = context
  if (out.isQuiet || !out.isTerminal('stderr')) return { clear: () => undefined, stop: () => undefined }
  const running = new Map<string, RotationStep>()
  let ended = 0
  let drawn = 0
  let timer: NodeJS.Timeout | null = null

  const clear = (): void => {
    if (drawn > 0) out.raw(`\u001b[${drawn}A\u001b[0J`)
    drawn = 0
  }
  const draw = (): void => {
    timer = null
    if (out.isAsking) return
    if (drawn > 0) out.raw(`\u001b[${drawn}A\u001b[0J`)
    const width = (out.width('stderr') ?? 80) - 1
    const lines =
      total > FEW
        ? [bar(ended, total, width)]
        : [...running].map(([name, step]) => shorten(`  ${escapeText(name)}  ${words[step]}`, width))
    for (const line of lines) out.raw(`${line}\n`)
    drawn = lines.length
  }
  const later = (): void => {
    timer ??= setTimeout(draw, EVERY_MS)
  }
  out.clearsWith(clear)
  const silence = context.listen((event) => {
    if (event.type === 'rotation.progressed') running.set(event.name, event.step)
    else if (event.type === 'rotation.ended') {
      running.delete(event.result.name)
      ended += 1
    } else return
    later()
  })
  return {
    clear,
    stop: () => {
      silence()
      if (timer) clearTimeout(timer)
      clear()
      out.clearsWith(() => undefined)
    },
  }
}

function bar(ended: number, total: number, width: number): string {
  const cells = Math.max(10, Math.min(40, width - 24))
  const full = Math.round((ended / Math.max(1, total)) * cells)
  return `  ${'█'.repeat(full)}${'░'.repeat(cells - full)} ${ended} of ${total}`
}
