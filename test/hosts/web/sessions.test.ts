import { describe, expect, it } from 'vitest'
import { openSessions } from '../../../src-main/hosts/web/sessions.ts'

describe('a launch token', () => {
  it('is exchanged once, and a second use ends the session it made', () => {
    const sessions = openSessions()
    const ended: string[] = []
    sessions.onEnd((session) => ended.push(session))
    const token = sessions.mint()
    const first = sessions.exchange(token)
    if (first.kind !== 'session') throw new Error('no session')
    expect(sessions.has(first.session)).toBe(true)
    expect(sessions.exchange(token)).toEqual({ kind: 'refused', why: 'replayed' })
    expect(sessions.has(first.session)).toBe(false)
    expect(ended).toHaveLength(1)
    expect(sessions.exchange(token)).toEqual({ kind: 'refused', why: 'replayed' })
    expect(ended).toHaveLength(1)
  })

  it('is good for a minute', () => {
    let now = 0
    const sessions = openSessions(() => now)
    const [early, late] = [sessions.mint(), sessions.mint()]
    now = 59_999
    expect(sessions.exchange(early).kind).toBe('session')
    now = 60_001
    expect(sessions.exchange(late)).toEqual({ kind: 'refused', why: 'expired' })
  })

  it('is 256 bits, and a session is not its token', () => {
    const sessions = openSessions()
    const token = sessions.mint()
    const exchanged = sessions.exchange(token)
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(exchanged).not.toMatchObject({ session: token })
    expect(sessions.exchange('x')).toEqual({ kind: 'refused', why: 'unknown' })
    expect(sessions.has(token)).toBe(false)
  })
})
