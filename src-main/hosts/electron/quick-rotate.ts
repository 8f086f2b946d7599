/** Rotating from outside the window: a native question with the vendor's own consequences first (endings.ts says how it ended). */
import { dialog, Notification, type BrowserWindow } from 'electron'
import type { CredentialView } from '../../../src-contract/views.ts'
import type { App } from '../create-app.ts'

const KEEP = 0
const ROTATE = 1

export type QuickRotate = {
  /** The keys that are due, soonest first; none while the app is locked. */
  due(): Promise<readonly CredentialView[]>
  ask(name: string): Promise<void>
}

const DUE: ReadonlySet<string> = new Set(['overdue', 'expired', 'due'])

export function quickRotate(
  app: App,
  window: () => BrowserWindow | null,
  show: () => void,
  isQuiet: () => boolean,
): QuickRotate {
  return {
    due: async () => {
      const listed = await app.call('credential.list', {})
      return listed.ok ? listed.value.filter(({ state }) => DUE.has(state)).slice(0, 10) : []
    },
    ask: async (name) => {
      const planned = await app.call('rotation.plan', { names: [name] })
      const [plan] = planned.ok ? planned.value : []
      if (!plan || plan.strategy !== 'in-place') return show()
      const options = {
        type: 'warning' as const,
        message: `Rotate ${name}?`,
        detail: [
          ...(plan.warnings ?? []),
          ...plan.consequences,
          ...plan.limits,
          ...(plan.usedBy.length > 0 ? [`Used by: ${plan.usedBy.join(', ')}`] : []),
        ].join('\n'),
        buttons: ['Keep the old key', 'Rotate now'],
        defaultId: KEEP,
        cancelId: KEEP,
        noLink: true,
      }
      const parent = window()
      const { response } = await (parent ? dialog.showMessageBox(parent, options) : dialog.showMessageBox(options))
      if (response !== ROTATE) return
      const rotated = await app.call('rotation.run', { selection: { names: [name] } })
      if (!rotated.ok) return show()
      // a notification says how it ended; where none can, bad news brings the window
      const isBad = rotated.value.some(({ outcome }) => outcome !== 'rotated')
      if (isBad && (isQuiet() || !Notification.isSupported())) show()
    },
  }
}
