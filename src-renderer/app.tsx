import { useEffect, useState } from 'react'
import { client } from './client/client.ts'
import type { Connection, WebClient } from './client/web-client.ts'
import { DialogHost } from './dialogs/dialog-host.tsx'
import { AttentionPage } from './features/attention/attention-page.tsx'
import { Details } from './features/credentials/details.tsx'
import { KeysPage } from './features/credentials/keys-page.tsx'
import { useShown } from './features/credentials/use-shown.ts'
import { DoctorPage } from './features/doctor/doctor-page.tsx'
import { FirstRun } from './features/first-run/first-run.tsx'
import { DropZone } from './features/import/drop-zone.tsx'
import { ImportPage } from './features/import/import-page.tsx'
import { LockScreen, NoSession } from './features/lock/lock-screen.tsx'
import { RotationsPage } from './features/rotations/rotations-page.tsx'
import { SettingsPage } from './features/settings/settings-page.tsx'
import { Sidebar } from './features/shell/sidebar.tsx'
import { Toasts } from './features/shell/toasts.tsx'
import { VendorsPage } from './features/vendors/vendors-page.tsx'
import { useFocusKept } from './features/shell/panes.ts'
import { useWindowKeys } from './features/shell/window-keys.ts'
import { hear } from './state/hear.ts'
import { loadCredentials, loadVendors, useCredentials } from './state/credentials.ts'
import { forgetAll } from './state/forget.ts'
import { loadHost, loadKeychain, useHost } from './state/host.ts'
import { toggleSide, useNavigation } from './state/navigation.ts'
import { LiveRegions } from './ui/live-region.tsx'
import { useMedia } from './ui/use-media.ts'

type Start = 'starting' | 'open' | 'no-token' | 'expired' | 'replayed' | 'ended'

function useStart(web: WebClient | null): { readonly start: Start; readonly isGone: boolean } {
  const [start, setStart] = useState<Start>('starting')
  const [isGone, setGone] = useState(false)
  useEffect(() => {
    web?.watchConnection((connection: Connection) => {
      if (connection === 'ended') setStart('ended')
      setGone(connection === 'gone')
      // what happened while nobody answered was not heard of
      if (connection === 'open') void loadHost().then(loadCredentials)
    })
    void (web?.started ?? Promise.resolve('open' as const)).then(async (how) => {
      if (how === 'open') await loadHost()
      setStart((was) => (was === 'ended' ? was : how))
    })
    return client().listen(hear)
  }, [web])
  return { start, isGone }
}

export function App({ web }: { readonly web: WebClient | null }) {
  const { start, isGone } = useStart(web)
  const session = useHost((state) => state.session)
  const theme = useHost((state) => state.settings?.theme ?? 'system')
  const isLocked = session?.isLocked ?? false
  const isOpen = start === 'open' && !isLocked
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])
  useEffect(() => {
    if (!isOpen) return forgetAll()
    void loadVendors()
    void loadCredentials()
    void loadKeychain()
  }, [isOpen])
  useWindowKeys(isOpen)
  if (start === 'starting') return <div className="cover" aria-busy="true" />
  if (start !== 'open') return <NoSession why={start} />
  return (
    <>
      {isLocked ? <LockScreen web={web} /> : <Window />}
      {isGone && (
        <div className="gone" role="alert">
          Rekey does not answer. What was sent is safe; start it again to go on.
        </div>
      )}
      <DropZone isOn={isOpen} />
      <DialogHost />
      <Toasts />
      <LiveRegions />
    </>
  )
}

function Window() {
  const { page, current, isDetailOpen, isSideOpen } = useNavigation()
  const { all, byName, isLoaded } = useCredentials()
  const shown = useShown()
  const credential = current === null ? undefined : byName.get(current)
  const isKeys = page === 'keys'
  const isFirstRun = isKeys && isLoaded && all.length === 0
  const hasDetails = isKeys && isDetailOpen && credential !== undefined && !isFirstRun
  // on a small window the details are a page of their own
  const isPage = useMedia('(max-width: 960px)') && hasDetails
  // there it lies over the page
  const isSideOver = useMedia('(max-width: 720px)') && isSideOpen
  useFocusKept()
  return (
    <div className={hasDetails ? 'app has-detail' : 'app app-wide'}>
      <Sidebar isOver={isSideOver} />
      {isSideOver && <button type="button" className="side-veil" aria-label="Close the sidebar" onClick={toggleSide} />}
      <div className="pages" inert={isSideOver}>
        {isPage ? null : isFirstRun ? <FirstRun /> : isKeys ? <KeysPage shown={shown} /> : <OtherPage page={page} />}
        {hasDetails && <Details credential={credential} shown={shown} isPage={isPage} />}
      </div>
    </div>
  )
}

function OtherPage({
  page,
}: {
  readonly page: 'attention' | 'rotations' | 'settings' | 'doctor' | 'vendors' | 'import'
}) {
  switch (page) {
    case 'attention':
      return <AttentionPage />
    case 'rotations':
      return <RotationsPage />
    case 'settings':
      return <SettingsPage />
    case 'doctor':
      return <DoctorPage />
    case 'vendors':
      return <VendorsPage />
    case 'import':
      return <ImportPage />
  }
}
