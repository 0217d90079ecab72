/**
 * Scripts that complete harp's commands, flags and their values in a shell. They hold all they need: a keystroke starts no
 * process. What they have no word for, the shell completes as a file's name.
 */
import type { CompletedCommand, Shell } from '../domain/completion.ts';

export const completionScript = (shell: Shell, commands: readonly CompletedCommand[]): string =>
  ({ bash: bashScript, zsh: zshScript, fish: fishScript })[shell](commands);

const words = (id: string): string => id.replaceAll(':', ' ');

/** Topics and commands by what stands before them: "" → model, plan; "model" → create, inspect. */
function nextWords(commands: readonly CompletedCommand[]): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { id } of commands) {
    const parts = id.split(':');
    for (const [depth, part] of parts.entries()) {
      const before = parts.slice(0, depth).join(' ');
      const known = next.get(before) ?? [];
      if (!known.includes(part)) next.set(before, [...known, part]);
    }
  }
  return next;
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const next = nextWords(commands);
  const paths = [...new Set([...next.keys(), ...commands.map(({ id }) => words(id))])].filter(
    (path) => path !== '',
  );
  const values = commands.flatMap(({ id, flags }) =>
    flags
      .filter(({ options }) => options.length > 0)
      .map(({ name, options }) => ({ path: words(id), name, options })),
  );
  return `_harp() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" next i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
      ${paths.map(quote).join(' | ')}) path="$next" ;;
      *) break ;;
    esac
  done
  case "$path $prev" in
${values.map(({ path, name, options }) => `    ${quote(`${path} --${name}`)}) COMPREPLY=($(compgen -W ${quote(options.join(' '))} -- "$cur")); return ;;`).join('\n')}
  esac
  case "$path" in
${[...next].map(([before, after]) => `    ${quote(before)}) COMPREPLY=($(compgen -W ${quote(after.join(' '))} -- "$cur")); return ;;`).join('\n')}
  esac
  [[ $cur == -* ]] || return
  case "$path" in
${commands.map(({ id, flags }) => `    ${quote(words(id))}) COMPREPLY=($(compgen -W ${quote(flags.map(({ name }) => `--${name}`).join(' '))} -- "$cur")) ;;`).join('\n')}
  esac
}
complete -o default -F _harp harp
`;
}

/** zsh runs completions of bash. */
const zshScript = (commands: readonly CompletedCommand[]): string =>
  `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;

function fishScript(commands: readonly CompletedCommand[]): string {
  const seen = (path: string): string =>
    path
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ');
  const heads = [...nextWords(commands)].map(([before, after]) => {
    const unless = `not __fish_seen_subcommand_from ${after.join(' ')}`;
    const when = before === '' ? '__fish_use_subcommand' : `${seen(before)}; and ${unless}`;
    return `complete -c harp -f -n ${quote(when)} -a ${quote(after.join(' '))}`;
  });
  const flags = commands.flatMap(({ id, flags: all }) =>
    all.map(({ name, takesValue, options, description }) =>
      [
        `complete -c harp -n ${quote(seen(words(id)))} -l ${name}`,
        takesValue ? ' -r' : '',
        options.length > 0 ? ` -f -a ${quote(options.join(' '))}` : '',
        ` -d ${quote(description)}`,
      ].join(''),
    ),
  );
  return `${[...heads, ...flags].join('\n')}\n`;
}

/** For the three shells: nothing inside is expanded. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
