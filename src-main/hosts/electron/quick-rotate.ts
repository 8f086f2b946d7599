/** Rotating from outside the window: a native question with the vendor's own consequences, then the truth as a notification. */
import { dialog, Notification, type BrowserWindow } from 'electron'
import { outcomes } from '../../../src-contract/outcomes.ts'
import type { CredentialView, RotationResult } from '../../../src-contract/views.ts'
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
  const tell = (result: RotationResult): void => {
    const isGood = result.outcome === 'rotated'
    // bad news is told in the window where it cannot be told beside it
    if (isQuiet() || !Notification.isSupported()) return isGood ? undefined : show()
    const note = new Notification({
      title: isGood ? `${result.name} is rotated` : `${result.name}: ${outcomes[result.outcome].says}`,
      body: isGood
        ? 'The new key works and is in your keychain; the old one is dead.'
        : 'Open Rekey for what to do next.',
      ...(isGood ? { actions: [{ type: 'button', text: 'Copy' }] } : {}),
    })
    note.on('click', show)
    note.on('action', () => void app.call('clipboard.copy', { name: result.name }))
    note.show()
  }
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
      for (const result of rotated.value) tell(result)
    },
  }
}
