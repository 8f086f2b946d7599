import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { escapeText } from '../../../../src-contract/escape.ts'
import { fail } from '../../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../../src-contract/result.ts'
import { badInput, needsYes } from '../complaint.ts'
import type { Definition, Group } from '../definition.ts'

const largest = 256 * 1024

function readVendorFile(path: string): Result<string> {
  const wrong = (why: string): Result<string> => err(badInput(`${path}: ${why}`, 'give the path of a vendor file'))
  try {
    const bytes = readFileSync(path)
    if (bytes.length > largest) return wrong('it is larger than 256 KiB')
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    return wrong((error as NodeJS.ErrnoException).code ?? 'it cannot be read as text')
  }
}

const check: Definition & { readonly summary: string } = {
  summary: 'check a vendor file against its recorded replies, without the network',
  define: (command) => command.argument('<file>', 'a YAML file').option('--json', 'the findings as JSON'),
  examples: ['rekey vendor check acme.yaml', 'rekey vendor check acme.yaml --json'],
  run: async ({ out, call, refuse }, command) => {
    const [file = ''] = command.args
    const text = readVendorFile(file)
    if (!text.ok) return refuse(text.failure)
    const checked = await call('vendor.check', { file, text: text.value })
    if (!checked.ok) return refuse(checked.failure)
    const { ok: isGood, findings } = checked.value
    if (out.isJson) out.json(checked.value)
    else {
      for (const { level, path, message } of findings) {
        const colour = level === 'error' ? 'red' : 'yellow'
        out.result(`${out.paint('stdout')(colour, level)}  ${escapeText(`${path}: ${message}`)}`)
      }
      out.result(`${escapeText(file)}: ${isGood ? 'good' : 'not good'}`)
    }
    return isGood ? 0 : 2
  },
}

const trust: Definition & { readonly summary: string } = {
  summary: 'let a vendor file of your own be used, after reading it',
  define: (command) => command.argument('<file>', 'a YAML file').option('--yes', 'do not ask'),
  examples: ['rekey vendor trust acme.yaml', 'rekey vendor trust ~/.local/share/rekey/vendors/acme.yaml --yes'],
  run: async ({ out, call, refuse, terminal }, command) => {
    const [file = ''] = command.args
    const isSure = command.opts<{ yes?: boolean }>().yes === true
    const text = readVendorFile(file)
    if (!text.ok) return refuse(text.failure)
    if (!isSure && terminal === null) return refuse(needsYes(`this lets ${file} say where keys are sent`))
    const path = resolve(file)
    const review = await call('vendor.review', { path })
    if (!review.ok) return refuse(review.failure)
    const { vendor: id, sha256, diff, hosts, isTrusted } = review.value
    if (isTrusted) {
      out.result(`${escapeText(id)}  is trusted already (sha256 ${sha256})`)
      return 0
    }
    for (const line of diff.trimEnd().split('\n')) out.note(`  ${escapeText(line)}`)
    out.note(`keys will be sent to: ${escapeText(hosts.join(', ')) || 'the address given with each key'}`)
    out.note(`sha256 ${sha256}`)
    if (!isSure && terminal !== null) {
      const answer = await terminal.confirm(`trust ${escapeText(id)}?`)
      if (!answer.ok || !answer.value) return refuse(fail('cancelled'))
    }
    const trusted = await call('vendor.trust', { path, sha256 })
    if (!trusted.ok) return refuse(trusted.failure)
    out.result(`${escapeText(trusted.value.vendor)}  trusted, kept at ${escapeText(trusted.value.installedAt)}`)
    return 0
  },
}

export const vendor: Group = { subcommands: { check, trust } }
