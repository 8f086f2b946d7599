import { useMemo, useRef, useState } from 'react'
import { Dialog as Base } from '@base-ui/react/dialog'
import { useCredentials } from '../../state/credentials.ts'
import { closeDialog } from '../../state/dialogs.ts'
import { Keys } from '../../ui/button.tsx'
import { focusNow } from '../../ui/focus-now.ts'
import { Icon } from '../../ui/icon.tsx'
import { shown } from '../../ui/words.ts'
import { commandsFor } from './commands.ts'

/** Everything by its name: type, arrow, Enter. */
export function Palette({ first }: { readonly first: string }) {
  const all = useCredentials((state) => state.all)
  const [query, setQuery] = useState(first)
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const commands = useMemo(() => commandsFor(query, all), [query, all])
  const chosen = Math.min(at, Math.max(0, commands.length - 1))
  const run = (index: number): void => {
    const command = commands[index]
    if (!command) return
    closeDialog()
    command.do()
  }
  const move = (by: number): void => {
    const next = (chosen + by + commands.length) % Math.max(1, commands.length)
    setAt(next)
    document.querySelector(`#hit-${next}`)?.scrollIntoView({ block: 'nearest' })
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => run(chosen),
  }
  return (
    <Base.Root open onOpenChange={(isOpen) => !isOpen && closeDialog()}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <div className="veil veil-top">
          <Base.Popup className="palette" aria-label="Command palette" initialFocus={focusNow(input)}>
            <div className="ask">
              <Icon name="search" />
              <input
                ref={input}
                role="combobox"
                aria-expanded="true"
                aria-controls="hits"
                aria-label="Command"
                aria-activedescendant={commands.length > 0 ? `hit-${chosen}` : undefined}
                placeholder="Rotate, copy, go to…"
                autoComplete="off"
                spellCheck={false}
                value={query}
                onChange={(event) => {
                  setQuery(event.target.value)
                  setAt(0)
                }}
                onKeyDown={(event) => {
                  const act = keys[event.key]
                  if (!act) return
                  event.preventDefault()
                  act()
                }}
              />
              <kbd aria-hidden="true">Esc</kbd>
            </div>
            <div className="hits" id="hits" role="listbox" aria-label="Results">
              {commands.length === 0 && <p className="soft none-hit">Nothing is called that.</p>}
              {commands.map((command, index) => (
                <div key={command.id}>
                  {commands[index - 1]?.group !== command.group && <h2 role="presentation">{command.group}</h2>}
                  <div
                    className="hit"
                    id={`hit-${index}`}
                    role="option"
                    aria-selected={index === chosen}
                    onMouseMove={() => setAt(index)}
                    onClick={() => run(index)}
                  >
                    <Icon name={command.icon} />
                    <span className="cut">{shown(command.text, 160)}</span>
                    {command.more !== '' && <span className="push small dim nowrap">{command.more}</span>}
                    {command.keys && (
                      <span className={command.more === '' ? 'push' : undefined}>
                        <Keys keys={command.keys} />
                      </span>
                    )}
                  </div>
                </div>
              ))}
            </div>
            <footer>
              <span>
                <kbd>↑</kbd>
                <kbd>↓</kbd> choose
              </span>
              <span>
                <kbd>Enter</kbd> do it
              </span>
            </footer>
          </Base.Popup>
        </div>
      </Base.Portal>
    </Base.Root>
  )
}
