import type { OptionHelp } from '../usage/command.js';
import { COMMANDS } from '../usage/commands.js';
import { optionsOf } from '../usage/parse-command.js';

/** The script that has bash complete commands, options, and values where there are but a few. */
export function bashCompletion(): string {
  return `# Completion of m2m-token for bash: source <(m2m-token completion bash)
_m2m_token() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words='' index
  COMPREPLY=()
  for ((index = 2; index < COMP_CWORD; index++)); do
    # What stands behind -- is another program's.
    if [[ \${COMP_WORDS[index]} == -- ]]; then
      mapfile -t COMPREPLY < <(compgen -c -f -- "$current")
      return
    fi
  done
  # bash takes the = of --output=raw for a word of its own.
  if [[ $current == = ]]; then current=''; elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  case $previous in
${valueCases()}
  esac
  if ((COMP_CWORD == 1)); then
    words='${[...COMMANDS.map(({ name }) => name), 'help', '--help', '--version'].join(' ')}'
  else
    case \${COMP_WORDS[1]} in
${commandCases()}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _m2m_token m2m-token
`;
}

/** What can stand behind an option: the same wherever that option is. */
function valueCases(): string {
  const options = Object.assign({}, ...COMMANDS.map(optionsOf)) as ReturnType<typeof optionsOf>;
  return Object.entries(options)
    .filter(([, { type }]) => type === 'string')
    .map(([name, option]) => `    --${name}) ${completeValue(option)}return ;;`)
    .join('\n');
}

function completeValue({ choices, isFile }: OptionHelp): string {
  if (choices) return `mapfile -t COMPREPLY < <(compgen -W '${choices.join(' ')}' -- "$current"); `;
  return isFile ? `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); ` : '';
}

function commandCases(): string {
  const cases = COMMANDS.map((command) => {
    const options = Object.keys(optionsOf(command)).map((name) => `--${name}`);
    return `      ${command.name}) words='${[...(command.words ?? []), ...options].join(' ')}' ;;`;
  });
  const topics = [...COMMANDS.map(({ name }) => name), 'settings'].join(' ');
  return [...cases, `      help) words='${topics}' ;;`].join('\n');
}
