/** What the palette offers: acts on keys that match, then places and commands. */
import type { CredentialView } from '../../../src-contract/views.ts'
import { openDialog } from '../../state/dialogs.ts'
import { goTo, openDetails, showFilter, sortBy, type SortKey } from '../../state/navigation.ts'
import { client } from '../../client/client.ts'
import { useHost } from '../../state/host.ts'
import type { IconName } from '../../ui/icon.tsx'
import { vendorIcon } from '../../ui/names.tsx'
import { sayState } from '../../ui/state.tsx'
import { copyKey, mainAct, rotateMany, verifyKeys } from '../credentials/act.ts'
import { isDue } from '../credentials/arrange.ts'
import { lockNow } from '../lock/lock-now.ts'

export type Command = {
  readonly id: string
  readonly group: 'Keys' | 'Go to' | 'Commands'
  readonly text: string
  readonly more: string
  readonly icon: IconName
  readonly keys?: readonly string[]
  readonly do: () => void
}

const MOST = 8

const sorts: readonly (readonly [SortKey, string])[] = [
  ['name', 'name'],
  ['age', 'age'],
  ['expiry', 'expiry'],
  ['state', 'state'],
]

function fixed(all: readonly CredentialView[]): readonly Command[] {
  const due = all.filter(isDue).map(({ name }) => name)
  const about = useHost.getState().about
  return [
    {
      id: 'all',
      group: 'Go to',
      text: 'All keys',
      more: '',
      icon: 'list',
      keys: ['G', 'A'],
      do: () => showFilter({ kind: 'all' }),
    },
    {
      id: 'due',
      group: 'Go to',
      text: 'Due keys',
      more: String(due.length),
      icon: 'clock',
      keys: ['G', 'D'],
      do: () => showFilter({ kind: 'due' }),
    },
    {
      id: 'attention',
      group: 'Go to',
      text: 'Needs attention',
      more: '',
      icon: 'attention',
      keys: ['G', 'N'],
      do: () => goTo('attention'),
    },
    { id: 'rotations', group: 'Go to', text: 'Rotations', more: '', icon: 'rotate', do: () => goTo('rotations') },
    {
      id: 'settings',
      group: 'Go to',
      text: 'Settings',
      more: '',
      icon: 'settings',
      keys: ['Ctrl', ','],
      do: () => goTo('settings'),
    },
    {
      id: 'doctor',
      group: 'Go to',
      text: 'Doctor: see whether all is in order',
      more: '',
      icon: 'state-ok',
      do: () => goTo('doctor'),
    },
    { id: 'vendors', group: 'Go to', text: 'Vendor files', more: '', icon: 'inbox', do: () => goTo('vendors') },
    {
      id: 'add',
      group: 'Commands',
      text: 'Add a key…',
      more: '',
      icon: 'plus',
      keys: ['N'],
      do: () => openDialog({ kind: 'add' }),
    },
    {
      id: 'import',
      group: 'Commands',
      text: 'Import a vault…',
      more: '',
      icon: 'inbox',
      keys: ['I'],
      do: () => goTo('import'),
    },
    ...(all.length > 0
      ? [
          {
            id: 'export',
            group: 'Commands' as const,
            text: 'Export keys…',
            more: '',
            icon: 'open' as const,
            do: () => openDialog({ kind: 'export' }),
          },
        ]
      : []),
    ...(due.length > 0
      ? [
          {
            id: 'rotate-due',
            group: 'Commands' as const,
            text: 'Rotate all that are due…',
            more: String(due.length),
            icon: 'rotate' as const,
            do: () => rotateMany(due),
          },
        ]
      : []),
    {
      id: 'verify-all',
      group: 'Commands',
      text: 'Check that every key works',
      more: String(all.length),
      icon: 'state-ok',
      do: () => void verifyKeys(all.filter(({ vendor }) => vendor !== 'other').map(({ name }) => name)),
    },
    ...sorts.map(([key, word]) => ({
      id: `sort ${key}`,
      group: 'Commands' as const,
      text: `Sort by ${word}`,
      more: '',
      icon: 'sort' as const,
      do: () => {
        goTo('keys')
        sortBy(key)
      },
    })),
    { id: 'lock', group: 'Commands', text: 'Lock Rekey', more: '', icon: 'lock', do: () => void lockNow() },
    ...(about?.can.anotherWindow
      ? [
          {
            id: 'window',
            group: 'Commands' as const,
            text: 'Open another window',
            more: '',
            icon: 'open' as const,
            do: () => void anotherWindow(),
          },
        ]
      : []),
    {
      id: 'shortcuts',
      group: 'Commands',
      text: 'Keyboard map',
      more: '',
      icon: 'menu',
      keys: ['?'],
      do: () => openDialog({ kind: 'shortcuts' }),
    },
  ]
}

async function anotherWindow(): Promise<void> {
  const answer = await client().call('window.another', {})
  if (answer.ok) globalThis.open(answer.value.url, '_blank', 'noopener,noreferrer')
}

/** How well the words fit: every word must begin somewhere; null if one does not. */
export function fits(query: string, text: string): boolean {
  const low = text.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .every((word) => low.includes(word))
}

export function commandsFor(query: string, all: readonly CredentialView[]): readonly Command[] {
  const now = new Date()
  const keys: Command[] = []
  // what is due is what somebody is here for
  for (const credential of [...all.filter(isDue), ...all.filter((each) => !isDue(each))]) {
    if (keys.length >= MOST) break
    const { name } = credential
    const act = mainAct(credential)
    const verb = act.word.replace('…', '')
    const icon = vendorIcon(credential.vendor)
    const more = sayState(credential, now, false).word
    if (query !== '' && fits(query, `${verb} ${name}`))
      keys.push({ id: `act ${name}`, group: 'Keys', text: `${verb} ${name}`, more, icon, do: act.do })
    if (query !== '' && fits(query, `copy ${name}`))
      keys.push({
        id: `copy ${name}`,
        group: 'Keys',
        text: `Copy the key of ${name}`,
        more: '',
        icon: 'copy',
        do: () => void copyKey(name),
      })
    if (query !== '' && keys.length < MOST && fits(query, `show ${name}`))
      keys.push({
        id: `show ${name}`,
        group: 'Keys',
        text: `Show ${name}`,
        more: '',
        icon: 'eye',
        do: () => openDetails(name),
      })
  }
  return [...keys, ...fixed(all).filter(({ text }) => fits(query, text))]
}
