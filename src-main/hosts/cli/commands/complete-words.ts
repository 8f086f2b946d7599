import { commandTable } from '../command-table.ts'
import type { Definition } from '../definition.ts'
import { buildProgram } from '../program.ts'

/** Commands whose arguments are names of credentials. */
const takesNames = new Set(['show', 'get', 'rotate', 'set', 'verify', 'recover', 'edit', 'rename', 'remove', 'history'])
const words: Readonly<Record<string, readonly string[]>> = {
  vendor: ['check', 'trust', 'schema'],
  completion: ['bash', 'zsh', 'fish'],
}

/** The words that may come next, one a line; given the words so far, the last of them unfinished. */
export const completeWords: Definition = {
  define: (command) => command.argument('[word...]').allowUnknownOption(),
  examples: [],
  hidesOpenRotations: true,
  run: async ({ call, out }, command) => {
    const typed = command.args
    const [first = ''] = typed
    const unfinished = typed.at(-1) ?? ''
    const found: string[] = []
    if (typed.length <= 1)
      found.push(...commandTable.filter(({ isHidden }) => isHidden !== true).map(({ name }) => name))
    else if (unfinished.startsWith('-')) found.push(...(await flagsOf(first)))
    else if (words[first] !== undefined) found.push(...words[first])
    else if (first === 'add' && typed.length === 2) {
      const vendors = await call('vendor.list', {})
      found.push(...(vendors.ok ? vendors.value.map(({ id }) => id) : []), 'other')
    } else if (takesNames.has(first)) {
      const listed = await call('credential.list', {})
      if (listed.ok) found.push(...listed.value.map(({ name }) => name))
    }
    for (const word of found.filter((each) => each.startsWith(unfinished))) out.result(word)
    return 0
  },
}

async function flagsOf(name: string): Promise<readonly string[]> {
  const entry = commandTable.find((each) => each.name === name)
  if (!entry) return []
  const { root } = buildProgram(commandTable, { [name]: await entry.load() }, '')
  const command = root.commands.find((each) => each.name() === name)
  return command?.options.flatMap((option) => option.long ?? []) ?? []
}
