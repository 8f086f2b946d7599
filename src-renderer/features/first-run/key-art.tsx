/** A key in a lock, its pins resting on the cuts. */
export function KeyArt() {
  return (
    <svg
      className="art"
      viewBox="0 0 300 132"
      role="img"
      aria-label="A key in a lock, its five pins resting on the cuts"
    >
      <rect
        x="108"
        y="14"
        width="178"
        height="104"
        rx="12"
        style={{ fill: 'var(--surface-side)', stroke: 'var(--line-strong)' }}
      />
      <path
        d="M100 74H123L129 84H135L141 74H153L159 79H165L171 74H183L189 88H195L201 74H213L219 81H225L231 74H243L249 86H255L261 74H268L279 86 271 98H100Z"
        style={{ fill: 'var(--live-soft)', stroke: 'var(--live-fill)' }}
      />
      <path
        d="M100 74H84C78 62 66 54.5 52 54.5a31.5 31.5 0 1 0 0 63c14 0 26-7.5 32-19.5h16"
        style={{ fill: 'var(--live-soft)', stroke: 'var(--live-fill)' }}
      />
      <circle cx="42" cy="86" r="9" style={{ fill: 'var(--surface-window)', stroke: 'var(--live-fill)' }} />
      <path d="M114 92h140" style={{ stroke: 'var(--live-fill)', opacity: '.45' }} />
      <path d="M108 62h178" style={{ stroke: 'var(--line-strong)' }} strokeDasharray="3 4" />
      <path
        d="M126 62V77l3.2 4.5h5.6l3.2-4.5V62Z"
        style={{ fill: 'var(--surface-window)', stroke: 'var(--live-fill)' }}
      />
      <rect
        x="126"
        y="44"
        width="12"
        height="18"
        rx="1.5"
        style={{ fill: 'var(--surface-sunken)', stroke: 'var(--ink-mark)' }}
      />
      <path d="M132 44l-4-3 8-4-8-4 8-4-8-4 4-2" style={{ stroke: 'var(--ink-mark)' }} />
      <path
        d="M156 62V72l3.2 4.5h5.6l3.2-4.5V62Z"
        style={{ fill: 'var(--surface-window)', stroke: 'var(--live-fill)' }}
      />
      <rect
        x="156"
        y="44"
        width="12"
        height="18"
        rx="1.5"
        style={{ fill: 'var(--surface-sunken)', stroke: 'var(--ink-mark)' }}
      />
      <path d="M162 44l-4-3 8-4-8-4 8-4-8-4 4-2" style={{ stroke: 'var(--ink-mark)' }} />
      <path
        d="M186 62V81l3.2 4.5h5.6l3.2-4.5V62Z"
        style={{ fill: 'var(--surface-window)', stroke: 'var(--live-fill)' }}
      />
      <rect
        x="186"
        y="44"
        width="12"
        height="18"
        rx="1.5"
        style={{ fill: 'var(--surface-sunken)', stroke: 'var(--ink-mark)' }}
      />
      <path d="M192 44l-4-3 8-4-8-4 8-4-8-4 4-2" style={{ stroke: 'var(--ink-mark)' }} />
      <path
        d="M216 62V74l3.2 4.5h5.6l3.2-4.5V62Z"
        style={{ fill: 'var(--surface-window)', stroke: 'var(--live-fill)' }}
      />
      <rect
        x="216"
        y="44"
        width="12"
        height="18"
        rx="1.5"
        style={{ fill: 'var(--surface-sunken)', stroke: 'var(--ink-mark)' }}
      />
      <path d="M222 44l-4-3 8-4-8-4 8-4-8-4 4-2" style={{ stroke: 'var(--ink-mark)' }} />
      <path
        d="M246 62V79l3.2 4.5h5.6l3.2-4.5V62Z"
        style={{ fill: 'var(--surface-window)', stroke: 'var(--live-fill)' }}
      />
      <rect
        x="246"
        y="44"
        width="12"
        height="18"
        rx="1.5"
        style={{ fill: 'var(--surface-sunken)', stroke: 'var(--ink-mark)' }}
      />
      <path d="M252 44l-4-3 8-4-8-4 8-4-8-4 4-2" style={{ stroke: 'var(--ink-mark)' }} />
    </svg>
  )
}
