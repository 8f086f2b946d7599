import { create } from 'zustand'

/** What a screen reader is told: politely for progress, at once for an ending that needs a person. */
const useSaid = create<{ readonly polite: string; readonly assertive: string }>(() => ({ polite: '', assertive: '' }))

export const say = (text: string): void => useSaid.setState({ polite: text })
export const sayNow = (text: string): void => useSaid.setState({ assertive: text })

export function LiveRegions() {
  const { polite, assertive } = useSaid()
  return (
    <>
      <div className="vh" role="status" aria-live="polite">
        {polite}
      </div>
      <div className="vh" role="alert" aria-live="assertive">
        {assertive}
      </div>
    </>
  )
}
