/** Numbers and times as a person reads them. Every picture of the window has one of these beside it. */
import type { CredentialView } from '../../src-contract/views.ts'

const DAY = 86_400_000
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export const daysBetween = (from: string | Date, to: Date): number =>
  Math.floor((to.getTime() - new Date(from).getTime()) / DAY)

/** When the key that is kept now came to be. */
export const bornAt = (credential: Pick<CredentialView, 'rotatedAt' | 'createdAt'>): string =>
  credential.rotatedAt ?? credential.createdAt

export const ageInDays = (credential: CredentialView, now: Date): number =>
  Math.max(0, daysBetween(bornAt(credential), now))

/** Days until it is due by its policy; negative when overdue; null without one. */
export function dueInDays(credential: CredentialView, now: Date): number | null {
  return credential.maxAgeDays === null ? null : credential.maxAgeDays - ageInDays(credential, now)
}

export const expiresInDays = (credential: CredentialView, now: Date): number | null =>
  credential.expiresAt === null ? null : Math.ceil((new Date(credential.expiresAt).getTime() - now.getTime()) / DAY)

/** `29 Aug`, with the year where it is another one. */
export function dayWord(when: string | Date, now: Date): string {
  const date = new Date(when)
  const day = `${date.getDate()} ${months[date.getMonth()] ?? ''}`
  return date.getFullYear() === now.getFullYear() ? day : `${day} ${date.getFullYear()}`
}

export const clockWord = (when: string | Date): string => {
  const date = new Date(when)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

/** `just now`, `5 min ago`, `2 h ago`, then the day. */
export function agoWord(when: string | Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - new Date(when).getTime()) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`
  return dayWord(when, now)
}

export const secondsWord = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

/** `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`

/** For ears: each character by itself. */
export const spelledTail = (tail: string | null): string =>
  tail === null ? 'key, too short to show its end' : `key ending ${[...tail].join(' ')}`

/** A text of somebody else's as it can be shown: no control or direction marks, and not without end. */
export const shown = (text: string, most = 400): string => {
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
  return clean.length > most ? `${clean.slice(0, most)}…` : clean
}

/** Words parted by commas, as a list without doubles. */
export const wordsOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
]
