import { memo, useState } from 'react'
import type { CredentialView } from '../../../src-contract/views.ts'
import { moveTo, openDetails, toggleSelected } from '../../state/navigation.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Name, Tail, VendorMark } from '../../ui/names.tsx'
import { AgeBar, ageSentence, sayState, StateWord } from '../../ui/state.tsx'
import { ageInDays, expiresInDays, shown as safe, spelledTail } from '../../ui/words.ts'
import { actIcons, mainAct } from './act.ts'
import { RowMenu } from './row-menu.tsx'

type Props = {
  readonly credential: CredentialView
  readonly vendor: string
  readonly now: Date
  /** Among all that are shown, from 1; the head is row 1 of the grid. */
  readonly index: number
  readonly isSelected: boolean
  readonly isBeforeSelected: boolean
  readonly isAfterSelected: boolean
  readonly isCurrent: boolean
  readonly isRotating: boolean
  readonly top: number
  /** There may be room for the vendor's name and the tags; the list's own width decides. */
  readonly isWide: boolean
  /** The selection is to reach to here. */
  readonly onExtend: (name: string) => void
}

export const Row = memo(function Row(props: Props) {
  const { credential, now, index, isSelected, isCurrent } = props
  const { name } = credential
  const expires = expiresInDays(credential, now)
  const act = mainAct(credential)
  // a row that nobody points at has no buttons: thirty menus that are not seen would slow every letter typed
  const [isNear, setNear] = useState(false)
  const said = sayState(credential, now, props.isRotating)
  const expiry = expires === null ? 'never expires' : expires < 0 ? 'expired' : `expires in ${expires} days`
  return (
    <div
      className={isCurrent ? 'row is-current' : 'row'}
      role="row"
      // who moves by rows hears what it is and how it stands first
      aria-label={[
        name,
        props.vendor,
        said.word,
        spelledTail(credential.tail),
        ageSentence(credential, now),
        expiry,
      ].join(', ')}
      id={`row-${index}`}
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      data-prev={props.isAfterSelected ? '' : undefined}
      data-next={props.isBeforeSelected ? '' : undefined}
      style={{ transform: `translateY(${props.top}px)` }}
      onClick={(event) => {
        if (event.shiftKey) props.onExtend(name)
        else if (event.ctrlKey || event.metaKey) toggleSelected(name)
        else openDetails(name)
      }}
      onPointerEnter={() => setNear(true)}
    >
      <span className="col-selected" role="gridcell">
        <span
          className="check"
          role="checkbox"
          aria-checked={isSelected}
          aria-label={`Select ${name}`}
          onClick={(event) => {
            event.stopPropagation()
            toggleSelected(name)
          }}
        >
          <Icon name="check" />
        </span>
      </span>
      <span className="name cut col-name" role="gridcell" aria-label={`${name}, ${props.vendor}`}>
        <VendorMark vendor={credential.vendor} title={props.vendor} />
        <Name name={name} />
      </span>
      {props.isWide && (
        <>
          <span className="col-vendor cut" role="gridcell">
            {props.vendor}
          </span>
          <span className="col-tags cut" role="gridcell">
            {credential.tags.map((tag) => safe(tag, 64)).join(', ')}
          </span>
        </>
      )}
      <span className="col-key" role="gridcell">
        <Tail tail={credential.tail} />
      </span>
      <span className="age col-age" role="gridcell" aria-label={ageSentence(credential, now)}>
        <span>{ageInDays(credential, now)} d</span>
        <AgeBar credential={credential} now={now} />
      </span>
      <span
        className={expires === null ? 'exp never col-expiry' : 'exp col-expiry'}
        role="gridcell"
        aria-label={expiry}
      >
        {expires === null ? '–' : `${expires} d`}
      </span>
      <span className="col-state" role="gridcell">
        <StateWord said={said} />
        {isNear && (
          <span
            className="act"
            onClick={(event) => event.stopPropagation()}
            onMouseDown={(event) => {
              // a press in the open menu comes by here too; the menu keeps its focus, or it would close under the press
              if (!event.currentTarget.contains(event.target as Node)) return
              // the focus stays with the list, at this row: that is where a dialog gives it back to
              event.preventDefault()
              event.currentTarget.closest<HTMLElement>('[role=grid]')?.focus()
              moveTo(name)
            }}
          >
            <Button
              isSmall
              icon={actIcons[act.word]}
              tabIndex={-1}
              aria-label={`${act.word.replace('…', '')} ${name}`}
              onClick={act.do}
            >
              {act.word}
            </Button>
            <RowMenu
              credential={credential}
              trigger={<IconButton icon="more" isSmall tabIndex={-1} label={`More for ${name}`} />}
            />
          </span>
        )}
      </span>
    </div>
  )
})
