import { useRef } from 'react'
import { closeDialog } from '../../state/dialogs.ts'
import { Button, Keys } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

const map: readonly (readonly [readonly (readonly string[])[], string])[] = [
  [[['/']], 'Find in the list'],
  [[['Ctrl', 'K']], 'Command palette'],
  [[['↑'], ['↓'], ['J'], ['K']], 'Move in the list'],
  [[['Enter']], 'Open details'],
  [[['Space']], 'Select'],
  [
    [
      ['Shift', '↑'],
      ['Shift', '↓'],
    ],
    'Extend the selection',
  ],
  [[['Ctrl', 'A'], ['Esc']], 'Select all, clear or close'],
  [[['R']], 'Rotate, after a question'],
  [[['Ctrl', 'C']], 'Copy the current key'],
  [[['N'], ['I']], 'Add a key, import a vault'],
  [[['E'], ['T']], 'Edit, tag'],
  [[['Delete']], 'Remove, after a question'],
  [
    [
      ['G', 'A'],
      ['G', 'D'],
      ['G', 'N'],
    ],
    'Go to all, due, needs attention',
  ],
  [[['F6'], ['Shift', 'F6']], 'Next pane, the one before'],
  [[['Ctrl', 'Enter']], 'The decisive button of a dialog'],
  [[['Ctrl', 'Z']], 'Undo, while it is offered'],
  [[['Ctrl', ',']], 'Settings'],
  [[['?']], 'This map'],
]

export function Shortcuts() {
  const done = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      safe={done}
      title="Keyboard map"
      subtitle="Single letters work while the list has the focus; settings can turn them off."
      footer={
        <>
          <span className="push" />
          <Button look="ink" ref={done} onClick={closeDialog}>
            Close
          </Button>
        </>
      }
    >
      <dl className="key-map">
        {map.map(([chords, does]) => (
          <div key={does}>
            <dt>
              <span className="vh">{chords.map((chord) => chord.join(' ')).join(' or ')}</span>
              {chords.map((chord) => (
                <Keys key={chord.join('')} keys={chord} />
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
