import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import type { Definition } from '../definition.ts'
import { exitOfDoctor } from '../exit-code.ts'

export const doctor: Definition = {
  define: (command) => command.addOption(new Option('--json', 'print JSON')),
  examples: ['rekey doctor'],
  hidesOpenRotations: true,
  run: async ({ call, out, refuse }) => {
    const report = await call('doctor.run', {})
    if (!report.ok) return refuse(report.failure)
    if (out.isJson) out.json(report.value)
    else {
      const paint = out.paint('stdout')
      for (const { id, ok, detail, hint } of report.value.checks) {
        out.result(`${ok ? paint('green', '✓') : paint('red', '✗')} ${escapeText(id)}: ${escapeText(detail)}`)
        if (hint !== null) out.result(paint('dim', `    ${escapeText(hint)}`))
      }
      for (const { name, outcome } of report.value.open) {
        out.result(`${paint('yellow', '!')} ${escapeText(name)}: ${outcome ?? 'rotating'}`)
        out.result(paint('dim', `    rekey recover ${escapeText(name)}`))
      }
    }
    return exitOfDoctor(report.value)
  },
}
