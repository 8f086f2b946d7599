/** What can be done with a credential from the list, the details, the palette and the keyboard: one place for all of them. */
import type { CredentialView } from '../../../src-contract/views.ts'
import { client } from '../../client/client.ts'
import { useCredentials } from '../../state/credentials.ts'
import { openDialog } from '../../state/dialogs.ts'
import { goTo, openDetails } from '../../state/navigation.ts'
import { useHost } from '../../state/host.ts'
import { useRotations } from '../../state/rotations.ts'
import { toast } from '../../state/toasts.ts'
import { sayNow } from '../../ui/live-region.tsx'
import { failureWords } from '../../ui/failure-words.ts'

export type MainAct = {
  readonly word: 'Rotate…' | 'Watch' | 'Settle…' | 'Go on…' | 'Put in…' | 'Confirm…'
  readonly do: () => void
}

export const actIcons = {
  'Rotate…': 'rotate',
  Watch: 'eye',
  'Settle…': 'state-ask',
  'Go on…': 'person',
  'Put in…': 'key',
  'Confirm…': 'person',
} as const

const isRunning = (name: string): boolean => {
  const live = useRotations.getState().live.get(name)
  return live !== undefined && live.result === null
}

/** The one thing to do with it now. */
export function mainAct(credential: CredentialView): MainAct {
  const { name } = credential
  if (isRunning(name)) return { word: 'Watch', do: () => openDialog({ kind: 'progress', name }) }
  if (credential.state === 'guided-waiting') return { word: 'Go on…', do: () => openDialog({ kind: 'guided', name }) }
  if (credential.state === 'needs-attention') return { word: 'Settle…', do: () => goTo('attention') }
  if ((credential.unconfirmed ?? []).length > 0) return { word: 'Confirm…', do: () => askToConfirm(name) }
  const strategy = useCredentials.getState().vendors.get(credential.vendor)?.strategy
  if (strategy === 'guided') return { word: 'Rotate…', do: () => openDialog({ kind: 'guided', name }) }
  if (strategy === 'none' || credential.vendor === 'other')
    return { word: 'Put in…', do: () => openDialog({ kind: 'put-key', name }) }
  return { word: 'Rotate…', do: () => openDialog({ kind: 'confirm', names: [name] }) }
}

/** To where it is said what waits for a word; the focus goes with it. */
function askToConfirm(name: string): void {
  openDetails(name)
  setTimeout(() => document.querySelector<HTMLElement>('.unconfirmed button')?.focus(), 50)
}

export const rotateMany = (names: readonly string[]): void => {
  const [first] = names
  const credential = first === undefined ? undefined : useCredentials.getState().byName.get(first)
  if (names.length === 1 && credential) mainAct(credential).do()
  else if (names.length > 1) openDialog({ kind: 'confirm', names })
}

/** Copies by the host, or in the page where the host has no clipboard. Says how long the copy lives. */
export async function copyKey(name: string, evenIfOpen = false): Promise<boolean> {
  const { about, settings } = useHost.getState()
  if (about?.can.copy) {
    const copied = await client().call('clipboard.copy', { name, evenIfOpen })
    if (!copied.ok) return complain(failureWords(copied.failure).what)
    toast(`Copied the key of ${name}; the clipboard clears in ${copied.value.clearsAfterSeconds} s`)
    return true
  }
  const revealed = await client().call('credential.reveal', { name, evenIfOpen })
  if (!revealed.ok) return complain(failureWords(revealed.failure).what)
  try {
    await navigator.clipboard.writeText(revealed.value.secret)
  } catch {
    return complain('The browser does not let this page copy. Reveal the key and copy it there.')
  }
  clearLater(revealed.value.secret, settings?.clipboardSeconds ?? 30)
  toast(`Copied the key of ${name}`)
  return true
}

/** A page may clear only what it can still see to be its own. */
function clearLater(secret: string, seconds: number): void {
  setTimeout(() => {
    void navigator.clipboard
      .readText()
      .then((text) => (text === secret ? navigator.clipboard.writeText('') : undefined))
      .catch(() => undefined)
  }, seconds * 1000)
}

function complain(text: string): false {
  sayNow(text)
  useHost.setState({ notice: text })
  return false
}

export async function verifyKeys(names: readonly string[]): Promise<void> {
  const verified = await client().call('credential.verify', { names: [...names] })
  if (!verified.ok) return void complain(failureWords(verified.failure).what)
  const works = verified.value.filter(({ state }) => state === 'works').length
  const others = verified.value.filter(({ state }) => state !== 'works')
  if (others.length === 0) toast(works === 1 ? `${names[0] ?? ''} works` : `All ${works} work`)
  else {
    const [first] = others
    const word = first?.state === 'dead' ? 'does not work any more' : 'gave no clear answer'
    complain(
      others.length === 1
        ? `The key of ${first?.name ?? ''} ${word}.`
        : `${others.length} of ${verified.value.length} keys are not seen to work.`,
    )
  }
}
