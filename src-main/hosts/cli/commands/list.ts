import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import type { CredentialState, CredentialView } from '../../../../src-contract/views.ts'
import { ago } from '../ages.ts'
import type { Definition } from '../definition.ts'
import type { Colour } from '../output.ts'
import { table } from '../table.ts'

/** The states of the contract, without loading a schema library for them, and how loud each is. */
export const stateColours: Readonly<Record<CredentialState, Colour>> = {
  healthy: 'green',
  due: 'yellow',
  overdue: 'red',
  expired: 'red',
  unverified: 'yellow',
  rotating: 'yellow',
  'needs-attention': 'red',
  'guided-waiting': 'yellow',
}

type Options = { readonly tag?: string; readonly vendor?: string; readonly state?: CredentialState }

export const list: Definition = {
  define: (command) =>
    command
      .option('--tag <t>', 'only those with this tag')
      .option('--vendor <v>', 'only those of this vendor')
      .addOption(new Option('--state <s>', 'only those in this state').choices(Object.keys(stateColours)))
      .option('--json', 'an array as JSON'),
  examples: ['rekey list', 'rekey list --state overdue', 'rekey list --tag prod --json | jq -r ".[].name"'],
  run: async ({ out, call, refuse, now }, command) => {
    const { tag, vendor, state } = command.opts<Options>()
    const filters = {
      ...(tag !== undefined && { tag }),
      ...(vendor !== undefined && { vendor }),
      ...(state !== undefined && { state }),
    }
    const listed = await call('credential.list', filters)
    if (!listed.ok) return refuse(listed.failure)
    if (out.isJson) {
      out.json(listed.value)
      return 0
    }
    if (listed.value.length === 0) {
      const isFiltered = Object.keys(filters).length > 0
      out.note(isFiltered ? 'none like that; rekey list shows all' : 'no keys yet: rekey add <vendor> <name>, or rekey demo')
      return 0
    }
    const paint = out.paint('stdout')
    const today = now()
    const lines = table<CredentialView>(
      listed.value,
      [
        { title: 'NAME', cell: ({ name }) => escapeText(name), shrinksTo: 12 },
        { title: 'VENDOR', cell: ({ vendor: id }) => escapeText(id), shrinksTo: 8 },
        { title: 'STATE', cell: (row) => row.state, paint: (text, row) => paint(stateColours[row.state], text) },
        { title: 'KEY', cell: ({ tail }) => (tail === null ? '' : `…${escapeText(tail)}`) },
        { title: 'ROTATED', cell: ({ rotatedAt }) => ago(rotatedAt, today) },
        { title: 'ADDED', cell: ({ createdAt }) => ago(createdAt, today) },
        { title: 'EXPIRES', cell: ({ expiresAt }) => ago(expiresAt, today) },
        { title: 'TAGS', cell: ({ tags }) => escapeText(tags.join(', ')), shrinksTo: 6 },
        { title: 'LABEL', cell: ({ label }) => escapeText(label ?? ''), shrinksTo: 6 },
      ],
      out.width(),
    )
    const [title = '', ...rows] = lines
    out.result([paint('dim', title), ...rows].join('\n'))
    return 0
  },
}
