import { escapeText } from '../../../../src-contract/escape.ts'
import { explain, type Failure } from '../../../../src-contract/failures.ts'
import type { DoctorReport } from '../../../../src-contract/views.ts'
import type { Definition } from '../definition.ts'
import { exitOfDoctor, worst } from '../exit-code.ts'

/** What is wrong when nothing could be opened is itself a finding. */
function reportOf(failure: Failure): DoctorReport {
  const { message, hint } = explain(failure)
  const id = /^(keychain|ledger|home|store)/.exec(failure.code)?.[1] ?? 'rekey'
  return { ok: false, checks: [{ id, ok: false, detail: message, hint }], open: [] }
}

export const doctor: Definition = {
  hidesOpenRotations: true,
  define: (command) => command.option('--json', 'one object as JSON'),
  examples: ['rekey doctor', 'rekey doctor --json | jq .ok'],
  run: async ({ out, call, refuse }) => {
    const asked = await call('doctor.run', {})
    if (!asked.ok && explain(asked.failure).exit === 2) return refuse(asked.failure)
    const report = asked.ok ? asked.value : reportOf(asked.failure)
    const exit = worst([exitOfDoctor(report), asked.ok ? 0 : explain(asked.failure).exit])
    if (out.isJson) {
      out.json(report)
      return exit
    }
    const paint = out.paint('stdout')
    for (const { ok, id, detail, hint } of report.checks) {
      out.result(`${ok ? paint('green', 'ok  ') : paint('red', 'FAIL')}  ${escapeText(`${id}: ${detail}`)}`)
      if (hint !== null) out.result(`      ${escapeText(hint)}`)
    }
    for (const { name, outcome } of report.open) {
      out.result(`${paint('yellow', 'open')}  ${escapeText(`${name}: ${outcome ?? 'a rotation that has not ended'}; rekey recover ${name}`)}`)
    }
    return exit
  },
}
