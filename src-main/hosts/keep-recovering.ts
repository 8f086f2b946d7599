/**
 * A window goes on with what was left open: when it starts, when it is unlocked, and from then on ever less often while
 * something is still open, since a network, a vendor or a keychain that was away may be back. What waits for a person is
 * left to the person, and nobody who has just refused to unlock the keychain is asked for its password every minute.
 * Nothing is rotated by this, and who was locked out stays so.
 */
import type { RotationResult } from '../../src-contract/views.ts'
import type { App } from '../app/compose.ts'

const FIRST_MS = 30_000
const LAST_MS = 30 * 60_000

type Ending = Pick<RotationResult, 'settled' | 'outcome' | 'code'>

/** A person's word or key is what the others wait for. */
const isToBeAskedAgain = ({ settled, outcome }: Ending): boolean =>
  !settled && outcome !== 'waiting' && outcome !== 'lost'

/** A desktop's keychain shows a prompt at each look: it was locked, and stays so until somebody wants it open. */
const isLocked = (code: string | undefined): boolean =>
  code === 'keychain-locked' || code === 'keychain-prompt-dismissed'

/** Returns the way to stop it. */
export function keepRecovering(app: App): () => void {
  let timer: NodeJS.Timeout | null = null
  let isStopped = false
  let isRunning = false

  const again = (inMs: number): void => {
    if (isStopped) return
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => void goOn(Math.min(inMs * 2, LAST_MS)), inMs)
    timer.unref()
  }
  const goOn = async (nextMs: number): Promise<void> => {
    timer = null
    if (isStopped || isRunning || app.session.isLocked()) return
    isRunning = true
    const done = await app.call('rotation.recover', {})
    isRunning = false
    // a failure is the keychain's or the data folder's: the window shows it where a person meets it
    const open: readonly Pick<Ending, 'code'>[] = done.ok ? done.value.filter(isToBeAskedAgain) : [done.failure]
    if (open.length === 0 || open[0]?.code === 'other-machine') return
    again(open.some(({ code }) => isLocked(code)) ? LAST_MS : nextMs)
  }

  const deaf = app.listen((event) => {
    if (event.type === 'session.changed' && !event.isLocked) setImmediate(() => void goOn(FIRST_MS))
    if (event.type === 'rotation.ended' && !isRunning && isToBeAskedAgain(event.result)) {
      if (!isLocked(event.result.code)) again(FIRST_MS)
      else if (timer === null) again(LAST_MS)
    }
  })
  void goOn(FIRST_MS)
  return () => {
    isStopped = true
    deaf()
    if (timer) clearTimeout(timer)
  }
}
