import type { CommandHelp, OptionHelp } from '../usage/command.js';
import { COMMANDS } from '../usage/commands.js';
import { optionsOf } from '../usage/parse-command.js';

/** The script that has zsh complete commands, options, and values where there are but a few, with what each is for. */
export function zshCompletion(): string {
  return `#compdef m2m-token
# Completion of m2m-token for zsh: source <(m2m-token completion zsh), after compinit
_m2m_token() {
  local -a commands=(
${COMMANDS.map(({ name, summary }) => `    ${quote(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
    'help:show help'
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  # What stands behind -- is another program's.
  local -i end=\${words[(i)--]}
  if ((end < CURRENT)); then
    shift $end words
    ((CURRENT -= end))
    _normal
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${COMMANDS.map(commandCase).join('\n')}
    help) _values topic ${[...COMMANDS.map(({ name }) => name), 'settings'].join(' ')} ;;
  esac
}
if [[ $funcstack[1] == _m2m_token ]]; then _m2m_token "$@"; else compdef _m2m_token m2m-token; fi
`;
}

function commandCase(command: CommandHelp): string {
  const { name, words } = command;
  const specs = Object.entries(optionsOf(command)).map(([option, help]) => quote(optionSpec(option, help)));
  if (words) specs.push(quote(`1:word:(${words.join(' ')})`));
  return `    ${name})\n      _arguments \\\n        ${specs.join(' \\\n        ')}\n      ;;`;
}

/** In the language of \`_arguments\`. */
function optionSpec(name: string, { text, value, choices, isFile, multiple }: OptionHelp): string {
  const told = text.replace(/[[\]:\\]/g, '\\$&');
  const values = choices ? `(${choices.join(' ')})` : isFile ? '_files' : ' ';
  return `${multiple ? '*' : ''}--${name}[${told}]${value === undefined ? '' : `:${value}:${values}`}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
