import type { RotationResult } from '../../src-contract/views.ts'
import { Icon, type IconName } from './icon.tsx'
import { spelledTail } from './words.ts'

/** Which key works: the old one and the new one, in the same place and the same words on every screen. */
export type Light = {
  readonly look: 'works' | 'dead' | 'held' | 'lost' | 'open'
  readonly word: string
  readonly tail: string | null
  readonly more: string
}

const icons: Record<Light['look'], IconName> = {
  works: 'state-works',
  dead: 'state-dead',
  held: 'lock',
  lost: 'state-attention',
  open: 'state-ask',
}

export function TwoLights({ old, next }: { readonly old: Light; readonly next: Light }) {
  return (
    <div className="lights" role="group" aria-label="Which key works now">
      <OneLight light={old} />
      <OneLight light={next} />
    </div>
  )
}

function OneLight({ light }: { readonly light: Light }) {
  return (
    <div className={`light ${light.look}`}>
      <Icon name={icons[light.look]} />
      <p className="light-head">
        <span className="word">{light.word}</span>
        {light.tail !== null && (
          <>
            <span className="mono" aria-hidden="true">
              {light.tail}
            </span>
            <span className="vh">, {spelledTail(light.tail)}</span>
          </>
        )}
      </p>
      <p className="light-more">{light.more}</p>
    </div>
  )
}

type Known = Pick<RotationResult, 'outcome' | 'oldKey' | 'newKey'>

/** What an ending says of the old key. */
export function oldLight({ oldKey }: Known, tail: string | null): Light {
  if (oldKey === 'works') return { look: 'works', word: 'Old key works', tail, more: 'Seen in this rotation' }
  if (oldKey === 'dead') return { look: 'dead', word: 'Old key is dead', tail, more: 'The vendor refused it' }
  return { look: 'open', word: 'Old key, not known yet', tail, more: 'The vendor gave no clear answer' }
}

/** What an ending says of the new one. */
export function newLight({ outcome, newKey }: Known): Light {
  const tail = newKey?.tail ?? null
  switch (outcome) {
    case 'rotated':
      return { look: 'works', word: 'New key works', tail, more: 'In your keychain' }
    case 'old-key-alive':
      return { look: 'works', word: 'New key works', tail, more: 'In your keychain; the old one must go' }
    case 'rotated-unverified':
      return { look: 'held', word: 'New key is kept', tail, more: 'In your keychain, not proven yet' }
    case 'held':
      return { look: 'held', word: 'New key is safe', tail, more: 'Works, sealed; the keychain would not take it' }
    case 'lost':
      return { look: 'lost', word: 'New key never arrived', tail: null, more: 'The reply was lost on the way' }
    case 'unknown':
      return newKey
        ? { look: 'held', word: 'New key is sealed', tail, more: 'Not proven yet' }
        : { look: 'open', word: 'New key, not known yet', tail: null, more: 'No whole reply came' }
    case 'waiting':
      return { look: 'open', word: 'New key is made by you', tail: null, more: 'In the vendor’s dashboard' }
    case 'refused':
    case 'not-sent':
    case 'not-rotated':
    case 'needs-person':
    case 'cancelled':
    case 'not-started':
    case 'superseded':
      return { look: 'dead', word: 'No new key', tail: null, more: 'Nothing was made' }
  }
}
