import type { ReactNode } from 'react'

/** Every shape of the window, on a 16 px grid with a 1.5 px stroke. A state has its own shape, so that none rests on colour. */
const shapes = {
  list: (
    <>
      <path d="M2.5 4h11M2.5 8h11M2.5 12h7" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3.2l2 1.3" />
    </>
  ),
  attention: (
    <>
      <path d="M8 1.9 14.1 8 8 14.1 1.9 8Z" />
      <path d="M8 5.4v3M8 10.6v.01" />
    </>
  ),
  rotate: (
    <>
      <path d="M13.25 8a5.25 5.25 0 0 1-9.3 3.35M2.75 8a5.25 5.25 0 0 1 9.3-3.35" />
      <path d="M12.4 1.9v2.9H9.5M3.6 14.1v-2.9h2.9" />
    </>
  ),
  conjur: (
    <>
      <path d="m8 1.9 5.3 3.05v6.1L8 14.1l-5.3-3.05v-6.1Z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  hienergy: (
    <>
      <path d="M9.25 1.9 3.4 9.2h4.1L6.75 14.1l5.85-7.3H8.5Z" />
    </>
  ),
  projectdiscovery: (
    <>
      <path d="M8 2.5A5.5 5.5 0 1 0 13.5 8" />
      <path d="M8 5.4A2.6 2.6 0 1 0 10.6 8" />
      <path d="m8 8 4.6-4.6" />
    </>
  ),
  scrapebit: (
    <>
      <path d="M5.25 2.75H3v10.5h2.25M10.75 2.75H13v10.5h-2.25" />
      <rect x="6.4" y="6.4" width="3.2" height="3.2" rx=".6" />
    </>
  ),
  userplane: (
    <>
      <path d="m8 2.6 5.6 3L8 8.6l-5.6-3Z" />
      <path d="m2.4 9.6 5.6 3 5.6-3" />
    </>
  ),
  hash: (
    <>
      <path d="M6 2.5 5 13.5M11 2.5l-1 11M2.75 5.75h10.75M2.5 10.25h10.75" />
    </>
  ),
  lock: (
    <>
      <rect x="3" y="7" width="10" height="6.75" rx="1.75" />
      <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" />
    </>
  ),
  settings: (
    <>
      <circle cx="10.25" cy="5" r="1.75" />
      <circle cx="5.75" cy="11" r="1.75" />
      <path d="M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6" />
    </>
  ),
  menu: (
    <>
      <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.75" />
      <path d="M10.5 5.3V4.2c0-.9-.8-1.7-1.7-1.7H4.2c-.9 0-1.7.8-1.7 1.7v4.6c0 .9.8 1.7 1.7 1.7h1.1" />
    </>
  ),
  'state-attention': (
    <>
      <path d="M8 1.2 14.8 8 8 14.8 1.2 8Z" fill="currentColor" />
      <path d="M8 4.9v3.5M8 11v.01" style={{ stroke: 'var(--on-state)' }} />
    </>
  ),
  'state-dead': (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" />
    </>
  ),
  'state-ok': (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m5.3 8.2 1.9 1.9 3.5-3.9" />
    </>
  ),
  open: (
    <>
      <path d="M9 2.5h4.5V7M13.25 2.75 7.5 8.5" />
      <path d="M11.5 9.5v2.25c0 1-.75 1.75-1.75 1.75h-5.5c-1 0-1.75-.75-1.75-1.75v-5.5c0-1 .75-1.75 1.75-1.75H6.5" />
    </>
  ),
  'state-ask': (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M6.4 6.4c.2-.9.8-1.4 1.6-1.4.9 0 1.6.6 1.6 1.5 0 1.2-1.6 1.3-1.6 2.5M8 11v.01" />
    </>
  ),
  'state-refused': (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M5.2 8h5.6" />
    </>
  ),
  person: (
    <>
      <circle cx="8" cy="5" r="2.5" />
      <path d="M3 13.5c.4-2.6 2.4-4 5-4s4.6 1.4 5 4" />
    </>
  ),
  'state-rotating': (
    <>
      <path d="M14 8a6 6 0 0 1-10.6 3.85M2 8a6 6 0 0 1 10.6-3.85" />
      <path d="M13 1.6v2.9h-2.9M3 14.4v-2.9h2.9" />
    </>
  ),
  timer: (
    <>
      <circle cx="8" cy="9" r="4.75" />
      <path d="M6.5 1.75h3M8 6.25V9l1.75 1" />
    </>
  ),
  pause: (
    <>
      <path d="M5.5 3.5v9M10.5 3.5v9" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.25" />
      <path d="m10.25 10.25 3.25 3.25" />
    </>
  ),
  plus: (
    <>
      <path d="M8 3v10M3 8h10" />
    </>
  ),
  sort: (
    <>
      <path d="M8 3v9.5M4.5 9.25 8 12.75l3.5-3.5" />
    </>
  ),
  check: (
    <>
      <path d="m3.5 8.3 3 3 6-6.6" />
    </>
  ),
  'state-overdue': (
    <>
      <circle cx="8" cy="8" r="6.4" fill="currentColor" />
      <path d="M8 4.6v3.6l2.3 1.4" style={{ stroke: 'var(--on-state)' }} />
    </>
  ),
  'state-due': (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 2v6h6a6 6 0 0 0-6-6Z" fill="currentColor" />
    </>
  ),
  up: (
    <>
      <path d="M3.5 10 8 5.5l4.5 4.5" />
    </>
  ),
  down: (
    <>
      <path d="M3.5 6 8 10.5 12.5 6" />
    </>
  ),
  close: (
    <>
      <path d="m4 4 8 8M12 4l-8 8" />
    </>
  ),
  eye: (
    <>
      <path d="M1.75 8S4 3.75 8 3.75 14.25 8 14.25 8 12 12.25 8 12.25 1.75 8 1.75 8Z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  more: (
    <>
      <g fill="currentColor" stroke="none">
        <circle cx="3.5" cy="8" r="1.15" />
        <circle cx="8" cy="8" r="1.15" />
        <circle cx="12.5" cy="8" r="1.15" />
      </g>
    </>
  ),
  tag: (
    <>
      <path d="M2.5 3.7v3.9c0 .4.2.7.4 1l4.9 4.9c.6.6 1.5.6 2 0l3.7-3.7c.6-.6.6-1.5 0-2L8.6 2.9c-.3-.2-.6-.4-1-.4H3.7c-.7 0-1.2.5-1.2 1.2Z" />
      <path d="M5.4 5.4v.01" />
    </>
  ),
  arrow: (
    <>
      <path d="M2.5 8h11M9.5 4l4 4-4 4" />
    </>
  ),
  'state-wait': (
    <>
      <circle cx="8" cy="8" r="6" strokeDasharray="2.2 2.5" />
    </>
  ),
  'no-undo': (
    <>
      <path d="M5.5 2.25 2.5 5.25l3 3" />
      <path d="M2.75 5.25H9a4.25 4.25 0 0 1 4.2 3.6" />
      <path d="m9.75 11 3.5 3.5M13.25 11l-3.5 3.5" />
    </>
  ),
  plug: (
    <>
      <circle cx="4" cy="8" r="1.75" />
      <circle cx="12" cy="3.75" r="1.75" />
      <circle cx="12" cy="12.25" r="1.75" />
      <path d="m5.6 7.2 4.8-2.6M5.6 8.8l4.8 2.6" />
    </>
  ),
  'state-works': (
    <>
      <circle cx="8" cy="8" r="6.6" fill="currentColor" stroke="none" />
      <path d="m5.2 8.2 2 2 3.6-4" style={{ stroke: 'var(--surface-window)' }} />
    </>
  ),
  inbox: (
    <>
      <path d="M8 2.25v6.5M5.25 6 8 8.75 10.75 6" />
      <path d="M2.5 9.5v2.25c0 1 .75 1.75 1.75 1.75h7.5c1 0 1.75-.75 1.75-1.75V9.5" />
    </>
  ),
  flask: (
    <>
      <path d="M6.25 2.5h3.5M6.75 2.5v4L3.2 12.2c-.4.7.1 1.55.9 1.55h7.8c.8 0 1.3-.85.9-1.55L9.25 6.5v-4M4.9 10h6.2" />
    </>
  ),
  key: (
    <>
      <circle cx="5" cy="8" r="2.75" />
      <path d="M7.75 8H14M11 8v2.25M13.5 8v1.75" />
    </>
  ),
  right: (
    <>
      <path d="m6 3.5 4.5 4.5L6 12.5" />
    </>
  ),
  bell: (
    <>
      <path d="M4 7a4 4 0 0 1 8 0c0 3.5 1.25 4.25 1.25 4.25H2.75S4 10.5 4 7ZM6.75 13.5c.3.3.8.5 1.25.5s.95-.2 1.25-.5" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof shapes

/** A shape beside a word; hidden from screen readers, which have the word. */
export function Icon({ name, size, turns }: { name: IconName; size?: 's' | 'l'; turns?: boolean }) {
  const classes = ['i', size && `i-${size}`, turns && 'turn'].filter(Boolean).join(' ')
  return (
    <svg className={classes} viewBox="0 0 16 16" aria-hidden="true" data-icon={name}>
      {shapes[name]}
    </svg>
  )
}

export const hasIcon = (name: string): name is IconName => Object.hasOwn(shapes, name)
