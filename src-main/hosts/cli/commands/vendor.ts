import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Option } from 'commander'
import { escapeText } from '../../../../src-contract/escape.ts'
import { fail } from '../../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../../src-contract/result.ts'
import { badInput, needsYes } from '../complaint.ts'
import type { Definition, Group } from '../definition.ts'

const CAP_BYTES = 256 * 1024

function readText(file: string): Result<string> {
  const bad = (what: string): Result<string> => err(badInput(`${file}: ${what}`, 'give the path of a vendor file'))
  try {
    const stat = statSync(file)
    if (!stat.isFile()) return bad('it is not a file')
    if (stat.size > CAP_BYTES) return bad('it is larger than 256 KiB')
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)))
  } catch (error) {
    return bad(error instanceof TypeError ? 'it is not UTF-8 text' : 'it cannot be read')
  }
}

const check: Definition = {
  define: (command) => command.argument('<file.yaml>', 'the vendor file').addOption(new Option('--json', 'print JSON')),
  examples: ['rekey vendor check ./acme.yaml'],
  run: async ({ call, out, refuse }, command) => {
    const [file = ''] = command.args
    const text = readText(file)
    if (!text.ok) return refuse(text.failure)
    const report = await call('vendor.check', { file, text: text.value })
    if (!report.ok) return refuse(report.failure)
    const paint = out.paint('stdout')
    if (out.isJson) out.json(report.value)
    else {
      for (const { level, path, message } of report.value.findings) {
        const colour = { error: 'red', warning: 'yellow', note: 'dim' } as const
        out.result(`${paint(colour[level], level)} ${escapeText(path === '' ? message : `${path}: ${message}`)}`)
      }
      if (report.value.ok) out.result(`${file} is sound`)
    }
    return report.value.ok ? 0 : 2
  },
}

const trust: Definition = {
  define: (command) => command.argument('<file.yaml>', 'the vendor file').option('--yes', 'do not ask'),
  examples: ['rekey vendor trust ./acme.yaml'],
  run: async ({ call, out, refuse, terminal }, command) => {
    const [file = ''] = command.args
    const path = resolve(file)
    const reviewed = await call('vendor.review', { path })
    if (!reviewed.ok) return refuse(reviewed.failure)
    const { vendor, sha256, diff, hosts, isTrusted } = reviewed.value
    if (isTrusted) {
      out.result(`${vendor} is trusted already, SHA-256 ${sha256}`)
      return 0
    }
    for (const line of diff.split('\n')) out.note(escapeText(line))
    out.note(
      `keys of ${vendor} will be sent to ${hosts[0] === 'any' ? 'whatever address they are given' : hosts.map(escapeText).join(', ')}`,
    )
    if (command.opts<{ readonly yes?: boolean }>().yes !== true) {
      if (terminal === null) return refuse(needsYes('a trusted vendor file decides where keys are sent'))
      const sure = await terminal.confirm('have you read it, and do you trust it?')
      if (!sure.ok) return refuse(sure.failure)
      if (!sure.value) return refuse(fail('cancelled'))
    }
    const done = await call('vendor.trust', { path, sha256 })
    if (!done.ok) return refuse(done.failure)
    out.result(`${done.value.vendor} is trusted: ${escapeText(done.value.installedAt)}, SHA-256 ${sha256}`)
    return 0
  },
}

const schema: Definition = {
  define: (command) => command,
  examples: ['rekey vendor schema > vendor-file.schema.json'],
  run: async ({ call, out, refuse }) => {
    const made = await call('vendor.schema', {})
    if (!made.ok) return refuse(made.failure)
    out.result(JSON.stringify(made.value, null, 2))
    return 0
  },
}

export const vendor: Group = {
  subcommands: {
    check: { ...check, summary: 'look whether a vendor file is sound, offline' },
    trust: { ...trust, summary: 'take a vendor file of your own into use' },
    schema: { ...schema, summary: 'print the JSON Schema of a vendor file, for editors' },
  },
}
