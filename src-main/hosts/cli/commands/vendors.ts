import { escapeText } from '../../../../src-contract/escape.ts'
import type { VendorView } from '../../../../src-contract/views.ts'
import type { Definition } from '../definition.ts'
import { table } from '../table.ts'

const inputText = ({ inputs }: VendorView): string =>
  inputs.map(({ name, required, secret }) => `${name}${secret ? ' (secret)' : ''}${required ? '' : '?'}`).join(', ')

export const vendors: Definition = {
  define: (command) => command.argument('[search]').option('--json', 'an array as JSON'),
  examples: ['rekey vendors', 'rekey vendors conjur', 'rekey vendors --json | jq -r ".[].id"'],
  run: async ({ out, call, refuse }, command) => {
    const [search] = command.args
    const found = await call('vendor.list', search === undefined ? {} : { search })
    if (!found.ok) return refuse(found.failure)
    if (out.isJson) {
      out.json(found.value)
      return 0
    }
    if (found.value.length === 0) {
      out.note('no vendor like that; use other to keep a key without rotating it')
      return 0
    }
    const lines = table<VendorView>(
      found.value,
      [
        { title: 'ID', cell: ({ id }) => escapeText(id) },
        { title: 'NAME', cell: ({ name }) => escapeText(name), shrinksTo: 8 },
        { title: 'ROTATES', cell: ({ strategy }) => (strategy === 'none' ? 'never' : strategy) },
        { title: 'INPUTS', cell: (vendor) => escapeText(inputText(vendor)), shrinksTo: 8 },
        { title: 'ADDRESS', cell: ({ baseUrl }) => escapeText(baseUrl ?? ''), shrinksTo: 12 },
        { title: 'EVIDENCE', cell: ({ evidence, checked }) => `${evidence} ${escapeText(checked)}`, shrinksTo: 9 },
        { title: 'SOURCE', cell: ({ source }) => source },
      ],
      out.width(),
    )
    const [title = '', ...rows] = lines
    out.result([out.paint('stdout')('dim', title), ...rows].join('\n'))
    return 0
  },
}
