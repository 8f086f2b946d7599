import { client } from '../../client/client.ts'
import { closeAllDialogs } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'

/** Locks the app; what was open in the window goes with it. */
export async function lockNow(): Promise<void> {
  closeAllDialogs()
  const locked = await client().call('session.lock', {})
  if (locked.ok) useHost.setState({ session: locked.value })
}
