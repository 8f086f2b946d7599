import { useEffect, useRef, useState } from 'react'
import type { VaultFormatView } from '../../../src-contract/vault-views.ts'
import { client } from '../../client/client.ts'
import { useImport } from '../../state/import-state.ts'
import { hasFileOpen, nextFile, openFiles, openFolder, openFound, readFile } from '../../state/vault-import.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon } from '../../ui/icon.tsx'
import { listed, shown } from '../../ui/words.ts'
import { KeychainWay } from './keychain-way.tsx'
import { pickFiles, pickFolder } from './pick-file.ts'

type Found = readonly { readonly id: string; readonly path: string }[]

/** What can be read, and what stands on this machine already. */
function useWhatThereIs(): { readonly formats: readonly VaultFormatView[]; readonly found: Found } {
  const [formats, setFormats] = useState<readonly VaultFormatView[]>([])
  const [found, setFound] = useState<Found>([])
  useEffect(() => {
    let isMine = true
    void client()
      .call('vault.formats', {})
      .then((answer) => isMine && answer.ok && setFormats(answer.value))
    void client()
      .call('vault.find', {})
      .then((answer) => isMine && answer.ok && setFound(answer.value))
    return () => {
      isMine = false
    }
  }, [])
  return { formats, found }
}

/** No file is open yet: drop one, choose one, or take one that a tool keeps where it always does. */
export function ChooseFile() {
  const { failure, next } = useImport()
  const { formats, found } = useWhatThereIs()
  const choose = useRef<HTMLButtonElement>(null)
  useEffect(() => choose.current?.focus(), [])
  return (
    <div className="view" tabIndex={0} role="region" aria-label="Choose a file">
      <div className="import-choose">
        {failure !== null && (
          <FailureNotice failure={failure}>
            <KeychainWay failure={failure} />
            {hasFileOpen() && (
              <Button isSmall onClick={() => void readFile({})}>
                Try again
              </Button>
            )}
            {next !== null && (
              <Button isSmall onClick={nextFile}>
                Go on with {shown(next, 60)}
              </Button>
            )}
          </FailureNotice>
        )}
        <div className="drop-here">
          <Icon name="inbox" size="l" />
          <p className="strong">Drop files or a folder here, or anywhere in the window</p>
          <p className="soft">
            Each file is read and shown first. Nothing is written before you say so, and the files stay as they are.
          </p>
          <div className="drop-ways">
            <Button ref={choose} look="live" onClick={() => pickFiles(openFiles)}>
              Choose a file…
            </Button>
            <Button onClick={() => pickFolder(openFolder)}>Choose a folder…</Button>
          </div>
          <p className="small dim">
            Of a folder, its .env files and what tools keep there are read, and nothing deeper.
          </p>
        </div>
        {formats.length > 0 && (
          <p className="small dim">What can be read: {listed(formats.map(({ name }) => name))}.</p>
        )}
        {found.length > 0 && (
          <section aria-labelledby="h-found">
            <h2 id="h-found">On this computer</h2>
            <p className="small soft">Files in which tools keep their keys. None has been opened.</p>
            <ul className="found">
              {found.map(({ id, path }) => (
                <li key={id}>
                  <Icon name="key" />
                  <span className="mono cut" title={shown(path)}>
                    {shown(path)}
                  </span>
                  <Button isSmall aria-label={`Look into ${shown(path)}`} onClick={() => openFound(id, path)}>
                    Look into it…
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  )
}
