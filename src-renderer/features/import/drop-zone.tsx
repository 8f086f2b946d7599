/**
 * A file may be dropped anywhere in the window. Whatever else is dropped, and wherever, never takes the window elsewhere: a
 * browser would open it.
 */
import { useEffect, useState } from 'react'
import { useDialogs } from '../../state/dialogs.ts'
import { openFile, useImport } from '../../state/vault-import.ts'
import { Icon } from '../../ui/icon.tsx'
import { say } from '../../ui/live-region.tsx'
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
      const files = takes(event) ? [...(event.dataTransfer?.files ?? [])] : []
      const [file] = files
      if (file) openFile(file)
      if (files.length > 1) say('Only the first of the files is read')
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
        <p className="soft">It is read and shown first. Nothing is written before you say so.</p>
      </div>
    </div>
  )
}

/** Words dragged into a field are the field's own affair. */
const isText = (event: DragEvent): boolean =>
  !hasFiles(event) && event.target instanceof Element && event.target.matches('input, textarea')
