import { useImport } from '../../state/import-state.ts'
import { nextFile } from '../../state/vault-import.ts'
import { Button } from '../../ui/button.tsx'
import { VaultProgress } from '../../ui/vault-progress.tsx'
import { shown } from '../../ui/words.ts'

/** The file is read; a large one, or one that is locked well, takes its time. */
export function Reading() {
  const { fileName, next } = useImport()
  return (
    <div className="view" aria-busy="true">
      <div className="import-choose">
        <p className="soft">Opening {shown(fileName, 120)}.</p>
        <VaultProgress work="reading" />
        <Button onClick={nextFile}>{next === null ? 'Cancel' : 'Skip this file'}</Button>
      </div>
    </div>
  )
}
