/** How a rotation ended, in the window's words: a title that is true, and the next step. */
import type { Outcome } from '../../../src-contract/outcomes.ts'
import type { RotationResult } from '../../../src-contract/views.ts'
import { nextFor } from '../../ui/failure-words.ts'

export type EndingWords = { readonly title: string; readonly lead: string; readonly next: string }

const words: Readonly<Record<Outcome, EndingWords>> = {
  rotated: { title: 'Rotated', lead: 'The new key works and the old one is dead.', next: 'Nothing is left to do.' },
  'rotated-unverified': {
    title: 'Rotated, proof still missing',
    lead: 'The new key is in your keychain, but the vendor has not yet said that all is well.',
    next: 'Ask again: Rekey looks whether the new key works and the old one is dead.',
  },
  'old-key-alive': {
    title: 'The old key still works',
    lead: 'The new key works and is in your keychain. The vendor has not ended the old one.',
    next: 'Ask again in a while, or end the old key in the vendor’s dashboard.',
  },
  held: {
    title: 'The new key is sealed, not yet in the keychain',
    lead: 'It works at the vendor. The keychain would not take it, so Rekey keeps it encrypted on disk.',
    next: 'Unlock or mend the keychain, then retry: the key is put in its place.',
  },
  refused: { title: 'The vendor said no', lead: 'Nothing changed. The old key works as before.', next: '' },
  'not-sent': {
    title: 'Nothing was sent',
    lead: 'The request never left this computer. The old key works as before.',
    next: '',
  },
  'not-rotated': { title: 'Nothing changed', lead: 'The old key still works.', next: 'Try again when you like.' },
  'needs-person': {
    title: 'This one needs you',
    lead: 'The vendor rotates it in its dashboard only. Nothing changed.',
    next: 'Start the guided rotation.',
  },
  cancelled: { title: 'Stopped in time', lead: 'Nothing was sent. The old key works as before.', next: '' },
  'not-started': { title: 'Not started', lead: 'Nothing changed. The old key works as before.', next: '' },
  superseded: {
    title: 'Somebody changed this key',
    lead: 'The keychain holds another key than Rekey put there. Nothing was touched.',
    next: 'Put in the key that is right.',
  },
  waiting: {
    title: 'Waiting for the new key',
    lead: 'Make the key in the dashboard, then paste it here.',
    next: 'Go on where you left off.',
  },
  unknown: {
    title: 'Not known yet',
    lead: 'No clear answer came, and it cannot be said yet which key works. Nothing is asked twice.',
    next: 'Ask again. If the old key still works, nothing changed; if it is dead, Rekey says how to get back in.',
  },
  lost: {
    title: 'No key works now',
    lead: 'The vendor ended the old key, and its reply with the new one never arrived whole.',
    next: 'Make a new key at the vendor and put it in.',
  },
}

export function endingWords(result: Pick<RotationResult, 'outcome' | 'code'>): EndingWords {
  const found = words[result.outcome]
  return found.next === '' ? { ...found, next: nextFor(result.code) ?? 'Try again when you like.' } : found
}
