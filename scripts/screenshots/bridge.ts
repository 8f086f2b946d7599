/** A window without an app: canned answers for every operation, in the shapes of the table, for pictures alone. */
import type { Failure } from '../../src-contract/failures.ts'
import type { ImportPreview } from '../../src-contract/vault-views.ts'
import type { CredentialView, RotationPlan, RotationResult } from '../../src-contract/views.ts'
import type { HostAbout, KeychainStatus, SessionStatus, Settings } from '../../src-contract/window-views.ts'
import { defaultSettings } from '../../src-main/hosts/window-settings.ts'
import { history, vendors } from './people.ts'
import { columns, exported, formats, found, preview, receipt } from './vaults.ts'

export type Scene = {
  readonly credentials: readonly CredentialView[]
  readonly keychain?: Partial<KeychainStatus>
  readonly session?: Partial<SessionStatus>
  /** What is odd about the data folder. */
  readonly warnings?: readonly string[]
  /** How a rotation ends; null: it never does, and stays where its last step is. */
  readonly ends?: Partial<RotationResult> | null
  /** What a file holds that is opened here, or why it does not open. */
  readonly vault?: ImportPreview | Failure
}

const about: HostAbout = {
  host: 'desktop',
  platform: 'linux',
  versions: { Rekey: '0.1.0', Electron: '45.4.1', Chromium: '154', Node: '24.18.1' },
  home: '/home/mira/.local/share/rekey',
  can: {
    copy: true,
    openLinks: true,
    anotherWindow: false,
    tray: true,
    notifications: true,
    startAtLogin: true,
    contentProtection: true,
    globalShortcut: true,
  },
}

const planOf = ({ name, vendor, tail, usedBy, operator }: CredentialView, { warnings }: Scene): RotationPlan => {
  const found = vendors.find(({ id }) => id === vendor)
  return {
    name,
    vendor,
    vendorName: found?.name ?? 'no vendor',
    strategy: found?.strategy ?? 'none',
    tail,
    consequences: [
      'The old key dies at once; every program that uses it gets 401 until it has the new one.',
      `${found?.name ?? ''} shows the new key once, in its answer to this one request.`,
    ],
    limits: ['once an hour'],
    usedBy,
    operator,
    ...(warnings ? { warnings: [...warnings] } : {}),
    recovery: `If the new key is lost, sign in at ${found?.name ?? ''} and make another; then put it into Rekey.`,
    guided:
      found?.strategy === 'guided'
        ? {
            steps: [
              'Open Account Settings, Developers, and find the key you want to rotate.',
              'Click its three-dot menu and select Rotate Key.',
              'Choose its expiration and click Rotate Key. The old key dies at this moment.',
            ],
            dashboardUrl: 'https://dash.userplane.example/',
            keyPrefix: 'uspl_',
            expiryChoices: [null, 7, 30, 60, 90].map((days) => ({ label: days === null ? 'None' : `${days} d`, days })),
          }
        : null,
  }
}

const resultOf = ({ name, vendor }: CredentialView, ends: Partial<RotationResult>): RotationResult => ({
  v: 1,
  name,
  vendor,
  rotationId: 'r',
  outcome: 'rotated',
  settled: true,
  oldKey: 'dead',
  newKey: { tail: '5d0e', fingerprint: 'f' },
  message: 'rotated; the old key is dead',
  durationMs: 2100,
  ...ends,
})

/** What the page is given: data, and the little script that answers with it. */
export function bridgeScript(scene: Scene, theme: Settings['theme']): string {
  const byName = Object.fromEntries(
    scene.credentials.slice(0, 40).map((each) => [
      each.name,
      {
        show: { ...each, history: history(each.name) },
        plan: planOf(each, scene),
        result: resultOf(each, scene.ends ?? {}),
      },
    ]),
  )
  const keychain: KeychainStatus = {
    kind: 'os',
    state: 'ready',
    detail: 'GNOME Keyring, unlocked',
    failure: null,
    isFixed: false,
    ...scene.keychain,
  }
  const data = {
    'host.about': about,
    'settings.read': { ...defaultSettings, theme },
    'session.status': { isLocked: false, unlockBy: 'click', ...scene.session },
    'session.lock': { isLocked: true, unlockBy: 'click' },
    'keychain.status': keychain,
    'credential.list': scene.credentials,
    'vendor.list': vendors,
    'vendor.unusable': [
      {
        vendor: 'acme',
        why: { code: 'changed-vendor-file', fields: { file: '/home/mira/.local/share/rekey/vendors/acme.yaml' } },
      },
    ],
    'doctor.run': {
      ok: true,
      checks: [
        { id: 'home', ok: true, detail: about.home, hint: null },
        { id: 'ledger', ok: true, detail: `${scene.credentials.length} credentials`, hint: null },
        { id: 'keychain', ok: true, detail: 'GNOME Keyring, unlocked', hint: null },
        { id: 'escrow', ok: true, detail: '1 sealed reply kept', hint: null },
      ],
      open: [],
    },
    'credential.reveal': { secret: 'sb_live_synthetic_0123456789abcdef5d0e' },
    'clipboard.copy': { clearsAfterSeconds: 30, isOutOfHistory: true },
    'guided.begin': { rotationId: 'r', plan: null },
    'vault.formats': formats,
    'vault.find': found,
    'vault.preview': scene.vault ?? preview,
    'vault.judge': { entries: [] },
    'vault.columns': columns,
    'vault.import': receipt,
    'vault.export': exported,
    'link.open': { url: 'https://dash.userplane.example/', isOpened: true },
  }
  return `(${inPage.toString()})(${JSON.stringify({ data, byName, isEndless: scene.ends === null })})`
}

type Given = {
  data: Record<string, unknown>
  byName: Record<string, { show: unknown; plan: unknown; result: unknown }>
  isEndless: boolean
}

/** Runs in the page. */
function inPage({ data, byName, isEndless }: Given): void {
  const listeners = new Set<(event: unknown) => void>()
  const emit = (event: unknown): void => listeners.forEach((listener) => listener(event))
  const ok = (value: unknown) => ({ ok: true, value })
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const namesOf = (input: { names?: string[]; selection?: { names?: string[] } }): string[] =>
    input.names ?? input.selection?.names ?? []
  const steps: readonly (readonly [string, number])[] = [
    ['preparing', 0],
    ['armed', 38],
    ['connected', 5],
    ['sent', 3],
    ['first-byte', 560],
    ['sealed', 9],
    ['verifying', 2],
    ['verified', 420],
    ['promoted', 46],
  ]
  const rotate = async (names: string[]): Promise<unknown> => {
    for (const name of names) {
      for (const [step, ms] of steps) {
        if (isEndless && step === 'verified') return new Promise(() => undefined)
        await wait(names.length > 1 ? 5 : ms)
        emit({ type: 'rotation.progressed', name, rotationId: 'r', step })
      }
      emit({ type: 'rotation.ended', result: byName[name]?.result })
    }
    return ok(names.map((name) => byName[name]?.result))
  }
  const answers: Record<string, (input: never) => unknown> = {
    'credential.show': ({ name }: { name: string }) => ok(byName[name]?.show),
    'history.list': ({ name, events }: { name?: string; events?: string[] }) =>
      ok(
        Object.values(byName)
          .flatMap(({ show }) => (show as { history: { name: string; event: string }[] }).history)
          .filter((entry) => name === undefined || entry.name === name)
          .filter((entry) => events === undefined || events.includes(entry.event)),
      ),
    'rotation.plan': (input: { names?: string[] }) => ok(namesOf(input).map((name) => byName[name]?.plan)),
    'vault.preview': () => {
      const held = data['vault.preview'] as { code?: string }
      return held.code === undefined ? ok(held) : { ok: false, failure: held }
    },
    'rotation.run': (input: { selection: { names: string[] } }) => rotate(namesOf(input)),
  }
  const operations = new Proxy(
    {},
    { get: (_target, name: string) => async (input: never) => answers[name]?.(input) ?? ok(data[name] ?? {}) },
  )
  Object.assign(globalThis, {
    rekey: {
      operations,
      listen: (listener: (event: unknown) => void) => (listeners.add(listener), () => listeners.delete(listener)),
    },
  })
}
