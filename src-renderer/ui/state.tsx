import type { CredentialView } from '../../src-contract/views.ts'
import { Icon, type IconName } from './icon.tsx'
import { ageInDays, dueInDays, expiresInDays } from './words.ts'

export type Said = { readonly word: string; readonly icon: IconName; readonly className: string; readonly turns?: true }

/** A credential's state as a word, a shape and a colour; none of the three alone. */
export function sayState(credential: CredentialView, now: Date, isRotating: boolean): Said {
  if (isRotating || credential.state === 'rotating')
    return { word: 'Rotating…', icon: 'state-rotating', className: 'state-rotating', turns: true }
  const due = dueInDays(credential, now)
  const expires = expiresInDays(credential, now)
  switch (credential.state) {
    case 'needs-attention':
      return { word: 'Needs attention', icon: 'state-attention', className: 'state-attention' }
    case 'guided-waiting':
      return { word: 'Waits for you', icon: 'person', className: 'state-due' }
    case 'expired':
      return { word: 'Expired', icon: 'state-overdue', className: 'state-overdue' }
    case 'overdue':
      return { word: `Overdue ${Math.max(0, -(due ?? 0))} d`, icon: 'state-overdue', className: 'state-overdue' }
    case 'due':
      return expires !== null && (due === null || expires <= due)
        ? { word: `Expires in ${Math.max(0, expires)} d`, icon: 'state-due', className: 'state-due' }
        : { word: `Due in ${Math.max(0, due ?? 0)} d`, icon: 'state-due', className: 'state-due' }
    case 'unverified':
      return { word: 'Not proven', icon: 'state-ask', className: 'state-due' }
    case 'healthy':
      return { word: 'Healthy', icon: 'state-ok', className: '' }
  }
}

export function StateWord({ said }: { readonly said: Said }) {
  return (
    <span className={`state ${said.className}`}>
      <Icon name={said.icon} {...(said.turns ? { turns: true } : {})} />
      <span className="cut">{said.word}</span>
    </span>
  )
}

/** Age against the policy as a bar; the tick is where the policy ends, at the same place in every row. */
export function AgeBar({ credential, now }: { readonly credential: CredentialView; readonly now: Date }) {
  const policy = credential.maxAgeDays
  if (policy === null) return <span className="life life-none" aria-hidden="true" />
  const part = Math.min(125, Math.round((ageInDays(credential, now) / policy) * 100))
  const due = dueInDays(credential, now) ?? 0
  const colour = due < 0 ? 'life-overdue' : due <= 7 ? 'life-due' : ''
  return <span className={`life ${colour}`} style={{ '--p': `${part}%` } as React.CSSProperties} aria-hidden="true" />
}

export const ageSentence = (credential: CredentialView, now: Date): string => {
  const age = `${ageInDays(credential, now)} days old`
  return credential.maxAgeDays === null ? age : `${age}, policy ${credential.maxAgeDays} days`
}
