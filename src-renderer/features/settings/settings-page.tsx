import { useState, type ReactNode } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import type { Settings } from '../../../src-contract/window-views.ts'
import { client } from '../../client/client.ts'
import { loadCredentials, useCredentials } from '../../state/credentials.ts'
import { openDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { goTo, toggleSide } from '../../state/navigation.ts'
import { toast } from '../../state/toasts.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Segments, Tick } from '../../ui/form.tsx'
import { KeychainSetUp, SealedSetUp } from '../set-up/keychain-set-up.tsx'
import { About } from './about.tsx'

const numbers = (values: readonly number[], unit: string) =>
  values.map((value) => ({ value: String(value), word: `${value} ${unit}` }))

export function SettingsPage() {
  const { settings, about, keychain } = useHost()
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isSealing, setSealing] = useState(false)
  const hasSandbox = useCredentials((state) =>
    state.all.some(({ tags, name }) => tags.includes('sandbox') && name.startsWith('sandbox/')),
  )
  if (!settings || !about) return <main className="main" />
  const change = async (part: Partial<Omit<Settings, 'keychain'>>): Promise<void> => {
    const answer = await client().call('settings.change', part)
    setFailure(answer.ok ? null : answer.failure)
    if (answer.ok) useHost.setState({ settings: answer.value })
  }
  const useSystem = async (): Promise<void> => {
    const answer = await client().call('keychain.choose', { kind: 'os' })
    setFailure(answer.ok ? null : answer.failure)
    if (answer.ok) useHost.setState({ keychain: answer.value })
  }
  const endSandbox = async (): Promise<void> => {
    const answer = await client().call('sandbox.stop', {})
    setFailure(answer.ok ? null : answer.failure)
    void loadCredentials()
    if (answer.ok) toast('The sandbox vendors are stopped and their keys removed')
  }
  const { can } = about
  const isWell = keychain === null || keychain.state === 'ready' || keychain.state === 'new'
  return (
    <main className="main app-wide-main" data-pane="main">
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
        <h1 className="push-left">Settings</h1>
      </header>
      <div className="view settings" tabIndex={0} role="region" aria-label="Settings">
        {failure && <FailureNotice failure={failure} />}
        <Group title="Look and keys">
          <Line word="Theme">
            <Segments
              label="Theme"
              value={settings.theme}
              options={[
                { value: 'system', word: 'As the system' },
                { value: 'light', word: 'Light' },
                { value: 'dark', word: 'Dark' },
              ]}
              onChoose={(theme) => void change({ theme })}
            />
          </Line>
          <Tick
            label="Single-letter shortcuts"
            hint="R rotates, N adds, while the list has the focus."
            isOn={settings.singleLetterKeys}
            onChange={(singleLetterKeys) => void change({ singleLetterKeys })}
          />
          {can.globalShortcut && (
            <Tick
              label="Quick rotate from anywhere"
              hint="Ctrl Shift K shows the window, with every key by its name."
              isOn={settings.globalShortcut}
              onChange={(globalShortcut) => void change({ globalShortcut })}
            />
          )}
        </Group>
        <Group title="Secrets on the screen">
          <Line word="Clear the clipboard after">
            <Segments
              label="Clear the clipboard after"
              value={String(settings.clipboardSeconds)}
              options={numbers([10, 30, 60, 120], 's')}
              onChoose={(seconds) => void change({ clipboardSeconds: Number(seconds) })}
            />
          </Line>
          <Line word="Hide a shown key after">
            <Segments
              label="Hide a shown key after"
              value={String(settings.revealSeconds)}
              options={numbers([10, 30, 60], 's')}
              onChoose={(seconds) => void change({ revealSeconds: Number(seconds) })}
            />
          </Line>
          <Line word="Lock after">
            <Segments
              label="Lock after"
              value={String(settings.lockAfterMinutes)}
              options={[...numbers([5, 15, 60], 'min'), { value: 'null', word: 'Never' }]}
              onChoose={(minutes) => void change({ lockAfterMinutes: minutes === 'null' ? null : Number(minutes) })}
            />
          </Line>
          {can.contentProtection && (
            <Tick
              label="Keep the window out of screenshots"
              hint="As well as the system can."
              isOn={settings.contentProtection}
              onChange={(contentProtection) => void change({ contentProtection })}
            />
          )}
        </Group>
        <Group title="Rotations">
          <Line word="Confirm by">
            <Segments
              label="Confirm by"
              value={settings.confirmation}
              options={[
                { value: 'press', word: 'A press' },
                { value: 'type-name', word: 'Typing the name' },
              ]}
              onChoose={(confirmation) => void change({ confirmation })}
            />
          </Line>
          {can.notifications && (
            <Tick
              label="Notifications"
              hint="When a rotation ends while the window is hidden. They hold no key."
              isOn={settings.notifications}
              onChange={(notifications) => void change({ notifications })}
            />
          )}
          {can.tray && (
            <Tick label="Icon in the tray" isOn={settings.tray} onChange={(tray) => void change({ tray })} />
          )}
          {can.startAtLogin && (
            <Tick
              label="Start at login"
              isOn={settings.startAtLogin}
              onChange={(startAtLogin) => void change({ startAtLogin })}
            />
          )}
        </Group>
        <Group title="Where new keys are kept">
          <p className="soft gap-below">
            {keychain?.kind === 'sealed'
              ? 'Rekey’s own encrypted store'
              : (keychain?.detail ?? 'The system’s keychain')}
            {keychain?.isFixed ? '; REKEY_KEYCHAIN decides it.' : '.'}
          </p>
          <div className="row-btns">
            {keychain?.kind === 'sealed' && (
              <Button onClick={() => openDialog({ kind: 'passphrase' })}>Change the passphrase…</Button>
            )}
            {keychain?.kind === 'sealed' && !keychain.isFixed && (
              <Button onClick={() => void useSystem()}>Use the system’s keychain</Button>
            )}
            {keychain?.kind === 'os' && isWell && !keychain.isFixed && !isSealing && (
              <Button onClick={() => setSealing(true)}>Use Rekey’s own encrypted store…</Button>
            )}
            <Button icon="state-ok" onClick={() => goTo('doctor')}>
              See whether all is in order
            </Button>
          </div>
          {!isWell && <KeychainSetUp />}
          {isSealing && isWell && keychain?.kind === 'os' && <SealedSetUp />}
        </Group>
        <Group title="Vendor files">
          <p className="soft gap-below">What Rekey knows of each vendor, and where to take one of your own into use.</p>
          <Button icon="inbox" onClick={() => goTo('vendors')}>
            See the vendor files
          </Button>
        </Group>
        <Group title="Sandbox vendors">
          <p className="soft gap-below">
            Five pretend vendors on this computer, to try things with. Nothing leaves it.
          </p>
          {hasSandbox ? (
            <Button onClick={() => void endSandbox()}>Stop them and remove their keys</Button>
          ) : (
            <SandboxStart onFailure={setFailure} />
          )}
        </Group>
        <About />
      </div>
    </main>
  )
}

function SandboxStart({ onFailure }: { readonly onFailure: (failure: Failure | null) => void }) {
  const [isBusy, setBusy] = useState(false)
  const start = async (): Promise<void> => {
    setBusy(true)
    const answer = await client().call('sandbox.start', {})
    setBusy(false)
    onFailure(answer.ok ? null : answer.failure)
    void loadCredentials()
    if (answer.ok) toast('The sandbox vendors run; a key of each is in the list')
  }
  return (
    <Button icon="flask" isBusy={isBusy} onClick={() => void start()}>
      Start them
    </Button>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="group">
      <h2>{title}</h2>
      <div className="group-in">{children}</div>
    </section>
  )
}

function Line({ word, children }: { readonly word: string; readonly children: ReactNode }) {
  return (
    <div className="line">
      <span>{word}</span>
      {children}
    </div>
  )
}
