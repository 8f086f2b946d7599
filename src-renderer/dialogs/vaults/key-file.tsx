import { useState } from 'react'
import { pickFile } from '../../features/import/pick-file.ts'
import { Button } from '../../ui/button.tsx'
import { shown } from '../../ui/words.ts'

const MOST_BYTES = 1024 * 1024

/** Why a file cannot be a key file; null: it can. The command line refuses the same. */
const faultOf = ({ size }: File): string | null =>
  size === 0 ? 'is empty: give another file.' : size > MOST_BYTES ? 'is larger than 1 MiB: give another file.' : null

type Props = {
  readonly file: File | null
  readonly onChoose: (file: File | null) => void
  readonly hint?: string
}

/** A file that is a key, or part of one: its name is shown, its bytes are read when they are needed. */
export function KeyFile({ file, onChoose, hint }: Props) {
  const [refused, setRefused] = useState<string | null>(null)
  const choose = (chosen: File): void => {
    const fault = faultOf(chosen)
    setRefused(fault === null ? null : `${shown(chosen.name, 80)} ${fault}`)
    onChoose(fault === null ? chosen : null)
  }
  return (
    <div className={refused === null ? 'form-row' : 'form-row is-wrong'}>
      <div className="row-btns key-file">
        <Button isSmall onClick={() => pickFile(choose)}>
          {file === null ? 'Choose a key file…' : 'Another key file…'}
        </Button>
        {file !== null && (
          <>
            <span className="small soft cut" role="status">
              {shown(file.name, 80)}
            </span>
            <Button look="bare" isSmall onClick={() => onChoose(null)}>
              Without it
            </Button>
          </>
        )}
      </div>
      {refused !== null ? (
        <p className="form-hint" role="alert">
          {refused}
        </p>
      ) : (
        hint !== undefined && <p className="form-hint">{hint}</p>
      )}
    </div>
  )
}
