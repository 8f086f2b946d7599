import { Option } from 'commander'
import type { VaultFormatView } from '../../../../src-contract/vault-views.ts'
import type { Definition } from '../definition.ts'
import { table } from '../table.ts'

const kinds = { encrypted: 'encrypted', plain: 'in clear', either: 'encrypted, or in clear' } as const

export const formats: Definition = {
  define: (command) => command.addOption(new Option('--json', 'print JSON')),
  examples: ['rekey formats', 'rekey formats --json'],
  run: async ({ call, out, refuse }) => {
    const listed = await call('vault.formats', {})
    if (!listed.ok) return refuse(listed.failure)
    if (out.isJson) {
      out.json(listed.value)
      return 0
    }
    const paint = out.paint('stdout')
    const lines = table<VaultFormatView>(
      listed.value,
      [
        { title: 'FORMAT', cell: (row) => row.id },
        { title: 'NAME', cell: (row) => row.name, shrinksTo: 10 },
        { title: 'WAY', cell: (row) => (row.writes ? 'in and out' : 'in') },
        { title: 'KEYS ARE', cell: (row) => kinds[row.protection] },
        { title: 'FILES', cell: (row) => row.extensions.map((each) => `.${each}`).join(' ') },
      ],
      out.width(),
    )
    lines.forEach((line, index) => out.result(index === 0 ? paint('dim', line) : line))
    return 0
  },
}
