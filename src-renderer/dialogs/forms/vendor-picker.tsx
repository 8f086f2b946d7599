import { useState } from 'react'
import { useCredentials } from '../../state/credentials.ts'
import { Icon } from '../../ui/icon.tsx'
import { VendorMark } from '../../ui/names.tsx'
import { radioKey, radioTab } from '../../ui/radios.ts'
import { shown } from '../../ui/words.ts'

const strategies = {
  'in-place': 'Rotates on a click',
  guided: 'Rotates in its dashboard, guided',
  none: 'Kept and aged, not rotated',
} as const

/** Whose key it is. `other` is for any vendor without a file. */
export function VendorPicker({
  value,
  onChoose,
}: {
  readonly value: string | null
  readonly onChoose: (vendor: string) => void
}) {
  const vendors = useCredentials((state) => state.vendors)
  const [query, setQuery] = useState('')
  const all = [...vendors.values()].map(({ id, name, strategy }) => ({
    id,
    name,
    more: strategies[strategy] as string,
  }))
  const options = [
    ...all.filter(({ id }) => id !== 'other'),
    { id: 'other', name: 'Another vendor', more: strategies.none },
  ]
  const found = options.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(query.trim().toLowerCase()))
  return (
    <div className="vendor-picker">
      {options.length > 8 && (
        <label className="field">
          <Icon name="search" size="s" />
          <span className="vh">Search vendors</span>
          <input value={query} placeholder="Search vendors" onChange={(event) => setQuery(event.target.value)} />
        </label>
      )}
      <div className="vendor-grid" role="radiogroup" aria-label="Vendor" onKeyDown={radioKey}>
        {found.map(({ id, name, more }, index) => (
          <button
            key={id}
            type="button"
            role="radio"
            className="choice choice-vendor"
            aria-checked={value === id}
            tabIndex={radioTab(value === id, index === 0, !found.some((each) => each.id === value))}
            onClick={() => onChoose(id)}
          >
            <VendorMark vendor={id} isLarge />
            <span className="grow">
              <strong className="cut">{shown(name, 60)}</strong>
              <span className="small soft">{more}</span>
            </span>
          </button>
        ))}
        {found.length === 0 && <p className="soft">No vendor is called that. Choose “Another vendor”.</p>}
      </div>
    </div>
  )
}
