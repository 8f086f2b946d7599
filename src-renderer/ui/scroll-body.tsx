import { useEffect, useRef, useState, type ReactNode } from 'react'

/** A body that can be reached by the keyboard when, and only when, there is something to scroll. */
export function ScrollBody({ children }: { readonly children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null)
  const [isScrolling, setScrolling] = useState(false)
  useEffect(() => {
    const element = body.current
    if (!element) return
    const look = (): void => setScrolling(element.scrollHeight > element.clientHeight + 1)
    const observer = new ResizeObserver(look)
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    look()
    return () => observer.disconnect()
  })
  return (
    <div ref={body} className="body" {...(isScrolling ? { tabIndex: 0, role: 'region', 'aria-label': 'More' } : {})}>
      {children}
    </div>
  )
}
