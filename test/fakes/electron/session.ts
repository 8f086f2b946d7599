import type { Session } from 'electron'
import { early } from './events.ts'

type Answer = (request: Request) => Response | Promise<Response>

/** A session by its partition: what it refuses and which protocols it answers. */
export class FakeSession {
  readonly handlers = new Map<string, Answer>()
  permissionRequest: ((contents: unknown, permission: string, answer: (isGranted: boolean) => void) => void) | null =
    null
  permissionCheck: (() => boolean) | null = null
  devicePermission: (() => boolean) | null = null
  hasSpellChecker = true
  readonly protocol = {
    handle: (scheme: string, answer: Answer): void => {
      if (this.handlers.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`)
      this.handlers.set(scheme, answer)
    },
  }
  setPermissionRequestHandler = (handler: FakeSession['permissionRequest']): void =>
    void (this.permissionRequest = handler)
  setPermissionCheckHandler = (handler: FakeSession['permissionCheck']): void => void (this.permissionCheck = handler)
  setDevicePermissionHandler = (handler: FakeSession['devicePermission']): void =>
    void (this.devicePermission = handler)
  setSpellCheckerEnabled = (isOn: boolean): void => void (this.hasSpellChecker = isOn)
}

void (null as unknown as FakeSession satisfies Pick<Session, 'setSpellCheckerEnabled'>)

export function fakeSessions(isReady: () => boolean) {
  const known = new Map<string, FakeSession>()
  return {
    known,
    fromPartition: (name: string): FakeSession => {
      if (!isReady()) return early('session')
      if (name.startsWith('persist:')) throw new Error('this app keeps no session on disk')
      const session = known.get(name) ?? new FakeSession()
      known.set(name, session)
      return session
    },
  }
}
