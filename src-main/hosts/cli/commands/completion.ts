import { Argument } from 'commander'
import type { Definition } from '../definition.ts'

const scripts = {
  bash: `_rekey() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(rekey __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _rekey rekey`,
  zsh: `#compdef rekey
_rekey() {
  local -a words_found
  words_found=("\${(@f)$(rekey __complete -- "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null)}")
  compadd -a words_found
}
compdef _rekey rekey`,
  fish: `complete -c rekey -f -a '(rekey __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
} as const

export const completion: Definition = {
  define: (command) => command.addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(scripts))),
  examples: ['rekey completion bash >> ~/.bashrc', 'rekey completion fish > ~/.config/fish/completions/rekey.fish'],
  hidesOpenRotations: true,
  run: async ({ out }, command) => {
    const [shell] = command.args
    out.result(scripts[shell as keyof typeof scripts])
    return 0
  },
}
