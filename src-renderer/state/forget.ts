/** A locked window knows no names: what it had read goes, and what still runs is only counted. */
import { forgetCredentials } from './credentials.ts'
import { closeAllDialogs } from './dialogs.ts'
import { useHost } from './host.ts'
import { useNavigation } from './navigation.ts'
import { useToasts } from './toasts.ts'
import { forgetImport } from './vault-import.ts'
import { say, sayNow } from '../ui/live-region.tsx'

export function forgetAll(): void {
  closeAllDialogs()
  forgetCredentials()
  forgetImport()
  useNavigation.setState({ current: null, isDetailOpen: false, selected: new Set(), range: null, query: '' })
  useToasts.setState({ toasts: [] })
  useHost.setState({ notice: null })
  say('')
  sayNow('')
}
