import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { explain } from '../../../../src-contract/failures.ts'
import type { VendorView } from '../../../../src-contract/views.ts'
import type { Definition } from '../definition.ts'
import { table } from '../table.ts'

export const vendors: Definition = {
  define: (command) =>
    command
      .argument('[search]', 'only those whose id or name has this in it')
      .addOption(new Option('--json', 'print JSON')),
  examples: ['rekey vendors', 'rekey vendors conjur --json'],
  run: async ({ call, out, refuse }, command) => {
    const [search] = command.args
    const listed = await call('vendor.list', search === undefined ? {} : { search })
    if (!listed.ok) return refuse(listed.failure)
    const unusable = await call('vendor.unusable', {})
    if (!unusable.ok) return refuse(unusable.failure)
    const isMeant = (vendor: string): boolean => search === undefined || vendor.includes(search.toLowerCase())
    for (const { why } of unusable.value.filter(({ vendor }) => isMeant(vendor))) {
      const { message, hint } = explain(why)
      out.note(escapeText(`not used: ${message}; ${hint}`))
    }
    if (out.isJson) out.json(listed.value)
    else if (listed.value.length === 0) out.note('no vendor file is like that; other keeps a key without rotating it')
    else {
      const paint = out.paint('stdout')
      const lines = table<VendorView>(
        listed.value,
        [
          { title: 'ID', cell: (row) => row.id },
          { title: 'NAME', cell: (row) => escapeText(row.name), shrinksTo: 10 },
          { title: 'ROTATES', cell: (row) => (row.strategy === 'guided' ? 'by you, guided' : 'in place') },
          {
            title: 'INPUTS',
            cell: (row) => row.inputs.map(({ name, required }) => (required ? name : `[${name}]`)).join(' '),
          },
          { title: 'ADDRESS', cell: (row) => row.baseUrl ?? 'give --base-url', shrinksTo: 16 },
          { title: 'CHECKED', cell: (row) => row.checked },
          { title: 'SOURCE', cell: (row) => row.source },
        ],
        out.width(),
      )
      lines.forEach((line, index) => out.result(index === 0 ? paint('dim', line) : line))
    }
    return 0
  },
}
