import { useEffect, useRef, useState } from 'react'
import type { Failure } from '../../../src-contract/failures.ts'
import type { RotationPlan } from '../../../src-contract/views.ts'
import { client } from '../../client/client.ts'
import { useCredentials } from '../../state/credentials.ts'
import { closeDialog, swapDialog } from '../../state/dialogs.ts'
import { useHost } from '../../state/host.ts'
import { rotate } from '../../state/rotations.ts'
import { Button, Keys } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNotice } from '../../ui/failure-notice.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Tail, VendorMark } from '../../ui/names.tsx'
import { ageInDays, counted, listed, shown } from '../../ui/words.ts'
import { tellUnseen } from './tell-unseen.ts'
import { Warnings } from './warnings.tsx'

type Says = { readonly icon: IconName; readonly head: string; readonly more: string }

const many = 6

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

/** What dies: for one key every consequence its vendor file names, for many the first of each vendor. */
function deathsOf(plans: readonly RotationPlan[]): readonly Says[] {
  const vendors = unique(plans.map(({ vendorName }) => vendorName))
  if (vendors.length < 2)
    return unique(plans.flatMap(({ consequences }) => consequences))
      .slice(0, 4)
      .map((text, index) => ({
        icon: index === 0 ? 'state-dead' : 'right',
        head: shown(text),
        more: '',
      }))
  return vendors.map((vendor) => {
    const its = plans.filter(({ vendorName }) => vendorName === vendor)
    return {
      icon: 'state-dead',
      head: `${shown(vendor)}, ${counted(its.length, 'key')}`,
      more: shown(its[0]?.consequences[0] ?? 'The old key dies.'),
    }
  })
}

/** What a person must know before this, most final first: the vendor file's own words, and the person's own notes. */
function saysOf(plans: readonly RotationPlan[]): readonly Says[] {
  const [plan] = plans
  if (!plan) return []
  const isMany = new Set(plans.map(({ vendorName }) => vendorName)).size > 1
  const limits = unique(
    plans.flatMap(({ limits, vendorName }) => limits.map((limit) => (isMany ? `${vendorName}: ${limit}` : limit))),
  )
  const usedBy = unique(plans.flatMap((each) => each.usedBy))
  const operators = unique(plans.flatMap((each) => each.operator ?? []))
  const says: (Says | false)[] = [
    ...deathsOf(plans),
    limits.length > 0 && { icon: 'timer', head: 'Limits', more: shown(limits.join('. ')) },
    operators.length > 0 && {
      icon: 'person',
      head: `Done by ${shown(listed(operators))}`,
      more: 'Its key signs the request; it does not change.',
    },
    usedBy.length > 0 && {
      icon: 'plug',
      head: `${counted(usedBy.length, 'place')} by your notes`,
      more: `${shown(listed(usedBy))} ${usedBy.length === 1 ? 'fails until it has' : 'fail until they have'} the new key.`,
    },
    {
      icon: 'inbox',
      head: 'If the reply is lost',
      more: isMany ? 'Rekey says for each what is true, and how to get back in.' : shown(plan.recovery),
    },
  ]
  return says.filter((each) => each !== false)
}

export function Confirm({ names }: { readonly names: readonly string[] }) {
  const keep = useRef<HTMLButtonElement>(null)
  const [plans, setPlans] = useState<readonly RotationPlan[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [typed, setTyped] = useState('')
  const asksName = useHost((state) => state.settings?.confirmation === 'type-name')
  useEffect(() => {
    void client()
      .call('rotation.plan', { names: [...names] })
      .then((answer) => (answer.ok ? setPlans(answer.value) : setFailure(answer.failure)))
  }, [names])
  const [first = ''] = names
  const isOne = names.length === 1
  // what no vendor replaces stays as it is, and nothing is said of its dying
  const rotated = plans?.filter(({ strategy }) => strategy !== 'none') ?? []
  const count = plans === null ? names.length : rotated.length
  const word = isOne ? first : `rotate ${count}`
  const canGo = rotated.length > 0 && (!asksName || typed === word)
  const go = (): void => {
    if (!canGo) return
    swapDialog(isOne ? { kind: 'progress', name: first } : { kind: 'bulk', names })
    void rotate(names).then(tellUnseen)
  }
  const [plan] = plans ?? []
  return (
    <Dialog
      isAlert
      safe={keep}
      onDecide={go}
      mark={isOne && plan ? <VendorMark vendor={plan.vendor} isLarge title={plan.vendorName} /> : undefined}
      title={
        isOne
          ? `Rotate ${shown(first, 120)}?`
          : count === 0
            ? 'No key here can be rotated'
            : `Rotate ${counted(count, 'key')}?`
      }
      subtitle={
        isOne ? shown(plan?.vendorName ?? '') : shown(listed(unique(rotated.map(({ vendorName }) => vendorName))))
      }
      footer={
        <>
          <span className="hint">
            <kbd>Enter</kbd> {isOne ? 'keeps the old key' : 'keeps the old keys'}
          </span>
          <Button ref={keep} onClick={closeDialog}>
            {isOne ? 'Keep the old key' : 'Keep the old keys'}
          </Button>
          <Button look="ink" icon="rotate" disabled={!canGo} onClick={go}>
            Rotate now <Keys keys={['Ctrl', 'Enter']} />
          </Button>
        </>
      }
    >
      {failure && <FailureNotice failure={failure} />}
      {isOne ? count > 0 && <Swap name={first} /> : <Names names={names} plans={plans ?? []} />}
      {isOne && plan && count === 0 && (
        <p className="gap-above">No vendor file in use can do this. You can {shown(plan.recovery)}.</p>
      )}
      <ul className="says">
        <Warnings plans={plans ?? []} />
        {saysOf(rotated).map((says) => (
          <li key={says.head}>
            <Icon name={says.icon} />
            <div>
              <h2>{says.head}</h2>
              {says.more !== '' && <p>{says.more}</p>}
            </div>
          </li>
        ))}
      </ul>
      {asksName && (
        <label className="form-row gap-above">
          <span>
            Type <b>{shown(word, 120)}</b> to rotate
          </span>
          <span className="field">
            <input
              value={typed}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
            />
          </span>
        </label>
      )}
    </Dialog>
  )
}

function Swap({ name }: { readonly name: string }) {
  const credential = useCredentials((state) => state.byName.get(name))
  if (!credential) return null
  return (
    <div className="swap">
      <div className="alive">
        <span className="label">
          <Icon name="state-ok" />
          In your keychain now
        </span>
        <p>
          <Tail tail={credential.tail} />
        </p>
        <span className="small soft">{counted(ageInDays(credential, new Date()), 'day')} old</span>
      </div>
      <Icon name="arrow" />
      <div className="to-be">
        <span className="label">
          <Icon name="state-wait" />
          Works after
        </span>
        <p className="mono">
          <span className="dots" aria-hidden="true">
            ••••••••
          </span>
        </p>
        <span className="small soft">goes straight to your keychain</span>
      </div>
    </div>
  )
}

function Names({ names, plans }: { readonly names: readonly string[]; readonly plans: readonly RotationPlan[] }) {
  const guided = plans.filter(({ strategy }) => strategy === 'guided').length
  const kept = plans.filter(({ strategy }) => strategy === 'none').length
  return (
    <div className="many-names">
      <p className="soft">
        {names
          .slice(0, many)
          .map((name) => shown(name, 60))
          .join(', ')}
        {names.length > many ? ` and ${names.length - many} more` : ''}
      </p>
      {guided > 0 && (
        <p className="small soft">
          {counted(guided, 'key')} can be rotated in a dashboard only: you are asked for each afterwards.
        </p>
      )}
      {kept > 0 && (
        <p className="small soft">
          {counted(kept, 'key')} of no vendor {kept === 1 ? 'stays as it is' : 'stay as they are'}.
        </p>
      )}
    </div>
  )
}
