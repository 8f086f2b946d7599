import { escapeText } from '../../../../src-contract/escape.ts'
import type { VerifyResult } from '../../../../src-contract/views.ts'
import type { Definition } from '../definition.ts'
import { exitOfVerify } from '../exit-code.ts'
import { readSelection } from '../names.ts'
import type { Colour, Output } from '../output.ts'

const words: Readonly<Record<VerifyResult['state'], readonly [Colour, string]>> = {
  works: ['green', 'works'],
  dead: ['red', 'dead: the vendor refuses it'],
  unknown: ['yellow', 'no answer'],
}

function print(out: Output, result: VerifyResult): void {
  const [colour, word] = words[result.state]
  if (out.isJson) out.json(result)
  else out.result(`${escapeText(result.name)}  ${out.paint('stdout')(colour, word)}`)
}

export const verify: Definition = {
  define: (command) =>
    command.argument('[name...]').option('--all', 'every key').option('--json', 'a line of JSON each'),
  examples: ['rekey verify prod/scrapebit', 'rekey verify --all --json'],
  run: async ({ out, call, listen, refuse }, command) => {
    const selection = readSelection(command.args, command.opts<{ all?: boolean }>(), 'verify')
    if (!selection.ok) return refuse(selection.failure)
    const printed = new Set<string>()
    const stopListening = listen((event) => {
      if (event.type !== 'credential.verified' || printed.has(event.result.name)) return
      printed.add(event.result.name)
      print(out, event.result)
    })
    const verified = await call('credential.verify', selection.value)
    stopListening()
    if (!verified.ok) return refuse(verified.failure)
    for (const result of verified.value) if (!printed.has(result.name)) print(out, result)
    if (verified.value.length === 0) out.note('no keys yet')
    return exitOfVerify(verified.value)
  },
}
