import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import type { CredentialState, CredentialView } from '../../../../src-contract/views.ts'
import { ago } from '../ages.ts'
import type { Definition } from '../definition.ts'
import type { Colour } from '../output.ts'
import { table } from '../table.ts'

const states = [
  'healthy',
  'due',
  'overdue',
  'expired',
  'unverified',
  'rotating',
  'needs-attention',
  'guided-waiting',
] as const
const colours: Readonly<Record<CredentialState, Colour>> = {
  healthy: 'dim',
  due: 'yellow',
  overdue: 'red',
  expired: 'red',
  unverified: 'yellow',
  rotating: 'bold',
  'needs-attention': 'red',
  'guided-waiting': 'yellow',
}

type Options = { readonly tag?: string; readonly vendor?: string; readonly state?: CredentialState }

export const list: Definition = {
  define: (command) =>
    command
      .option('--tag <t>', 'only those with the tag')
      .option('--vendor <v>', 'only those of the vendor')
      .addOption(new Option('--state <s>', 'only those in the state').choices(states))
      .addOption(new Option('--json', 'print JSON')),
  examples: ['rekey list', 'rekey list --tag prod --state overdue', "rekey list --json | jq -r '.[].name'"],
  run: async (context, command) => {
    const { tag, vendor, state } = command.opts<Options>()
    const { call, out, refuse, now } = context
    const listed = await call('credential.list', {
      ...(tag !== undefined && { tag }),
      ...(vendor !== undefined && { vendor }),
      ...(state !== undefined && { state }),
    })
    if (!listed.ok) return refuse(listed.failure)
    if (out.isJson) out.json(listed.value)
    else if (listed.value.length === 0) {
      const isFiltered = tag !== undefined || vendor !== undefined || state !== undefined
      out.note(
        isFiltered ? 'none of your keys is like that' : 'no keys yet: rekey add --help, or rekey demo to look around',
      )
    } else {
      const paint = out.paint('stdout')
      const time = now()
      const lines = table<CredentialView>(
        listed.value,
        [
          { title: 'NAME', cell: (row) => row.name, shrinksTo: 16 },
          { title: 'VENDOR', cell: (row) => row.vendor },
          { title: 'KEY', cell: (row) => (row.tail === null ? '' : `…${escapeText(row.tail)}`) },
          { title: 'STATE', cell: (row) => row.state, paint: (text, row) => paint(colours[row.state], text) },
          { title: 'ROTATED', cell: (row) => ago(row.rotatedAt ?? row.createdAt, time) },
          { title: 'EXPIRES', cell: (row) => ago(row.expiresAt, time) },
          { title: 'TAGS', cell: (row) => escapeText(row.tags.join(' ')), shrinksTo: 6 },
        ],
        out.width(),
      )
      out.result(lines.map((line, index) => (index === 0 ? paint('dim', line) : line)).join('\n'))
    }
    return 0
  },
}
