import { useEffect, useState } from 'react'
import type { PreviewEntry } from '../../../src-contract/vault-views.ts'
import { judged } from '../../state/import-check.ts'
import { noChoice, type Choice } from '../../state/import-choices.ts'
import { useImport } from '../../state/import-state.ts'

const PAUSE_MS = 200

/** The entry as the draft would make it; as it is now, until the app has said so. */
export function useDrafted(index: number, draft: Choice): PreviewEntry | undefined {
  const { entries, choices } = useImport()
  const [answer, setAnswer] = useState<PreviewEntry>()
  useEffect(() => {
    if (draft === noChoice || draft === choices.get(index)) return setAnswer(undefined)
    let isMine = true
    const ask = async (): Promise<void> => {
      const all = await judged(new Map(choices).set(index, draft))
      if (isMine) setAnswer(all?.find((each) => each.index === index))
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      isMine = false
      clearTimeout(timer)
    }
  }, [index, draft, choices])
  return answer ?? entries.find((each) => each.index === index)
}
