import { Command, CommanderError } from 'commander'
import { fail, type Failure } from '../../../src-contract/failures.ts'
import { err, ok, type Result } from '../../../src-contract/result.ts'
import { badInput } from './complaint.ts'
import type { CommandEntry, Definition, Group } from './definition.ts'

/**
 * The commander tree: flags and arguments are checked here, before anything is opened. Nothing runs inside commander; it
 * only says which command was meant. Commander's words become ours: lower case, one line, a hint, never a value that may
 * have been a key typed in the wrong place.
 */
export type Chosen = { readonly command: Command; readonly definition: Definition }
export type Parsed =
  | { readonly kind: 'command'; readonly chosen: Chosen }
  /** Help or version: text for stdout, and all is well. */
  | { readonly kind: 'text'; readonly text: string }

export type Program = {
  readonly root: Command
  parse(argv: readonly string[]): Result<Parsed>
}

/** The first word that is no flag: the command that will be loaded. */
export const commandWord = (argv: readonly string[]): string | undefined => {
  const words = argv.filter((word) => !word.startsWith('-'))
  return words[0] === 'help' ? words[1] : words[0]
}

const withFlags = (command: Command): Command =>
  command.option('--quiet', 'no progress').option('--no-color', 'no colours (also NO_COLOR)')

const showExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`)

export function buildProgram(
  entries: readonly CommandEntry[],
  loaded: Readonly<Record<string, Definition | Group>>,
  version: string,
): Program {
  let text = ''
  let chosen: Chosen | null = null
  const prepare = (command: Command): Command =>
    command
      .exitOverride()
      .configureOutput({ writeOut: (words) => (text += words), writeErr: () => {}, getOutHasColors: () => false })
      .configureHelp({
        optionDescription: ({ description, argChoices }) =>
          argChoices === undefined ? description : `${description}: ${argChoices.join(', ')}`,
      })
      .helpOption('-h, --help', 'show this')
  const define = (command: Command, definition: Definition): void => {
    prepare(command)
    definition.define(command)
    withFlags(command)
    showExamples(command, definition.examples)
    command.action(() => {
      chosen = { command, definition }
    })
  }

  const root = withFlags(prepare(new Command('rekey')))
    .usage('<command> [options]')
    .description('Rekey keeps API keys in your keychain and replaces them at their vendors, and never loses one.')
    .version(version, '-V, --version', 'show the version')
    .helpCommand('help [command]', 'show the help of a command')
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nExamples:\n  $ pass show scrapebit | rekey add scrapebit prod/scrapebit\n  $ rekey rotate prod/scrapebit\n  $ rekey recover\n  $ rekey demo',
    )
  for (const { name, summary, isHidden } of entries) {
    const command = root
      .command(name, { hidden: isHidden ?? false })
      .summary(summary)
      .description(`${summary}.`)
    const module = loaded[name]
    if (module === undefined) command.allowUnknownOption().allowExcessArguments()
    else if ('run' in module) define(command, module)
    else {
      prepare(command)
      showExamples(
        command,
        Object.values(module.subcommands).flatMap(({ examples }) => examples),
      )
      for (const [word, definition] of Object.entries(module.subcommands)) {
        define(command.command(word).summary(definition.summary).description(`${definition.summary}.`), definition)
      }
    }
  }

  return {
    root,
    parse: (argv) => {
      text = ''
      chosen = null
      try {
        root.parse([...asked(argv, entries)], { from: 'user' })
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error
        if (error.exitCode === 0) return ok({ kind: 'text', text })
        return err(usageFailure(error, argv))
      }
      return chosen === null ? err(noCommand()) : ok({ kind: 'command', chosen })
    },
  }
}

/** Help for a command that there is not is that misspelt command: its answer suggests the right one. */
function asked(argv: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  const [verb, topic] = argv
  const isKnown = topic === undefined || topic.startsWith('-') || entries.some(({ name }) => name === topic)
  return verb === 'help' && !isKnown ? [topic] : argv
}

const noCommand = (): Failure => badInput('a command is missing', 'rekey --help lists them')

/** `rekey vendor check`, as far as the words name commands. */
const spokenCommand = (argv: readonly string[]): string => {
  const word = commandWord(argv)
  return word === 'vendor'
    ? `vendor ${argv.slice(argv.indexOf(word) + 1).find((next) => /^(check|trust|schema)$/.test(next)) ?? ''}`.trim()
    : (word ?? '')
}

function usageFailure(error: CommanderError, argv: readonly string[]): Failure {
  const [first = '', second = ''] = error.message.replace(/^error: /, '').split('\n')
  const meant = /Did you mean (?:one of )?(.+)\?\)/.exec(second)?.[1]
  const suggestion = meant === undefined ? '' : `did you mean ${meant}? `
  const command = spokenCommand(argv)
  switch (error.code) {
    case 'commander.unknownCommand': {
      const group = commandWord(argv) === 'vendor' ? 'vendor ' : ''
      return badInput(first, `${suggestion}rekey ${group}--help lists the commands`)
    }
    case 'commander.help':
      return command === '' ? noCommand() : badInput(`${command} needs another word`, `see rekey ${command} --help`)
    case 'commander.excessArguments':
      // what came too much may be a key typed in the wrong place
      return fail('bad-flag', { what: first.replace(/: [^:]*$/s, '').replace(/\. Expected/, '; expected'), command })
    case 'commander.unknownOption': {
      const what = first.replace(/=.*'$/s, "'")
      const help = `rekey ${command === '' ? '' : `${command} `}--help`
      return badInput(what, `${suggestion}see ${help}`)
    }
    case 'commander.invalidArgument': {
      // without the value, which may be a key too
      const [, flag, word, why = ''] =
        /^(?:option '(.+?)' argument '.*' is|command-argument value '.*' is invalid for argument '(.+?)')(.*)$/s.exec(
          first,
        ) ?? []
      const rule = why.replace(/^\s*(invalid)?\.\s*/, '').replace(/^Allowed choices are (.*)\.$/, 'it is one of $1')
      return fail('bad-flag', { what: `${flag ?? word ?? 'a value'}: ${rule}`, command })
    }
    default:
      return fail('bad-flag', { what: first, command })
  }
}
