/**
 * A file may be dropped anywhere in the window. Whatever else is dropped, and wherever, never takes the window elsewhere: a
 * browser would open it.
 */
import { useEffect, useState } from 'react'
import { useDialogs } from '../../state/dialogs.ts'
import { useImport } from '../../state/import-state.ts'
import { openSources } from '../../state/vault-import.ts'
import { droppedFolder, type Source } from '../../state/vault-source.ts'
import { Icon } from '../../ui/icon.tsx'
import { shown } from '../../ui/words.ts'

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
/** A dialog asks something, or an import is being written: nothing is taken in meanwhile. */
const isFree = (): boolean => useDialogs.getState().stack.length === 0 && !useImport.getState().isWriting

export function DropZone({ isOn }: { readonly isOn: boolean }) {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    // enter and leave come for every element on the way: only the balance tells
    let depth = 0
    const left = (): void => {
      depth = 0
      setOver(false)
    }
    const takes = (event: DragEvent): boolean => isOn && hasFiles(event) && isFree()
    const enter = (event: DragEvent): void => {
      if (!takes(event)) return
      depth += 1
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      depth -= 1
      if (depth <= 0) left()
    }
    const over = (event: DragEvent): void => {
      if (isText(event)) return
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = takes(event) ? 'copy' : 'none'
    }
    const drop = (event: DragEvent): void => {
      if (isText(event)) return
      event.preventDefault()
      left()
      if (takes(event)) openSources(sourcesIn(event))
    }
    globalThis.addEventListener('dragenter', enter)
    globalThis.addEventListener('dragleave', leave)
    globalThis.addEventListener('dragover', over)
    globalThis.addEventListener('drop', drop)
    return () => {
      globalThis.removeEventListener('dragenter', enter)
      globalThis.removeEventListener('dragleave', leave)
      globalThis.removeEventListener('dragover', over)
      globalThis.removeEventListener('drop', drop)
    }
  }, [isOn])
  const open = useImport((state) => (state.stage === 'preview' ? state.fileName : null))
  if (!isOver) return null
  return (
    <div className="drop-over" role="status">
      <div>
        <Icon name="inbox" size="l" />
        <p className="strong wrap">Drop it to look into it{open === null ? '' : ` instead of ${shown(open, 80)}`}</p>
        <p className="soft">
          It is read and shown first. Nothing is written before you say so. Several come one after the other; of a
          folder, its .env files and what tools keep there.
        </p>
      </div>
    </div>
  )
}

/** Each file and each folder. What a folder holds is asked for later; that it is one, only now. */
function sourcesIn({ dataTransfer }: DragEvent): readonly Source[] {
  return [...(dataTransfer?.items ?? [])].flatMap((item): readonly Source[] => {
    const entry = item.webkitGetAsEntry()
    if (entry?.isDirectory) return [{ kind: 'folder', folder: droppedFolder(entry as FileSystemDirectoryEntry) }]
    const file = item.getAsFile()
    return file === null ? [] : [{ kind: 'file', file }]
  })
}

/** Words dragged into a field are the field's own affair. */
const isText = (event: DragEvent): boolean =>
  !hasFiles(event) && event.target instanceof Element && event.target.matches('input, textarea')
