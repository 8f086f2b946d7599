import { useImport } from '../../state/import-state.ts'
import { cancelImport } from '../../state/vault-import.ts'
import { showFilter, toggleSide } from '../../state/navigation.ts'
import { IconButton } from '../../ui/button.tsx'
import { clockWord, shown } from '../../ui/words.ts'
import { ChooseFile } from './choose-file.tsx'
import { ImportReceiptView } from './import-receipt.tsx'
import { OpenFile } from './open-file.tsx'
import { Preview } from './preview.tsx'
import { Reading } from './reading.tsx'

/** A vault file on its way in, from the choice of the file to the receipt. */
export function ImportPage() {
  const { stage, preview, readAt, fileName, isWriting, place } = useImport()
  const leave = (): void => {
    cancelImport()
    showFilter({ kind: 'all' })
  }
  return (
    <main className="main app-wide-main import" data-pane="main">
      <header className="bar">
        <IconButton className="menu-btn" look="bare" icon="menu" label="Open the sidebar" onClick={toggleSide} />
        <h1>Import a vault</h1>
        <span className="count cut" title={shown(fileName)}>
          {place.of > 1 && `File ${place.at} of ${place.of}: `}
          {preview === null || readAt === null
            ? shown(fileName, 120)
            : `${shown(preview.file, 120)}, ${preview.formatName}, read ${clockWord(readAt).slice(0, 5)}`}
        </span>
        {stage !== 'choose' && (
          <IconButton look="bare" icon="close" label="Close the import" disabled={isWriting} onClick={leave} />
        )}
      </header>
      {stage === 'choose' && <ChooseFile />}
      {stage === 'reading' && <Reading />}
      {stage === 'asks' && <OpenFile />}
      {stage === 'preview' && preview !== null && <Preview preview={preview} />}
      {stage === 'done' && <ImportReceiptView />}
    </main>
  )
}
