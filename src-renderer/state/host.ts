import { create } from 'zustand'
import type { HostAbout, KeychainStatus, SessionStatus, Settings } from '../../src-contract/window-views.ts'
import { client } from '../client/client.ts'

/** What the host says of itself, of the session, of the keychain and of its settings. */
type Host = {
  readonly about: HostAbout | null
  readonly settings: Settings | null
  readonly session: SessionStatus | null
  readonly keychain: KeychainStatus | null
  /** Sentences given while something takes its time, such as a keychain that waits for a prompt. */
  readonly notice: string | null
}

export const useHost = create<Host>(() => ({
  about: null,
  settings: null,
  session: null,
  keychain: null,
  notice: null,
}))

export async function loadHost(): Promise<void> {
  const [about, settings, session] = await Promise.all([
    client().call('host.about', {}),
    client().call('settings.read', {}),
    client().call('session.status', {}),
  ])
  useHost.setState({
    ...(about.ok ? { about: about.value } : {}),
    ...(settings.ok ? { settings: settings.value } : {}),
    ...(session.ok ? { session: session.value } : {}),
  })
}

export async function loadKeychain(): Promise<void> {
  const keychain = await client().call('keychain.status', {})
  if (keychain.ok) useHost.setState({ keychain: keychain.value })
}

export async function loadSettings(): Promise<void> {
  const settings = await client().call('settings.read', {})
  if (settings.ok) useHost.setState({ settings: settings.value })
}

export async function loadSession(): Promise<void> {
  const session = await client().call('session.status', {})
  if (session.ok) useHost.setState({ session: session.value })
}
