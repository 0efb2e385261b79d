import { exitCodes } from '../errors/cli-error.ts'
import { eventNames } from '../input/event-name.ts'
import { type OutputOptions, outputOf } from '../output/output.ts'
import type { World } from '../world/world.ts'

/** A command with what can follow it. */
export interface CommandTree {
  readonly name: string
  readonly description: string
  readonly options: readonly { readonly flag: string; readonly description: string }[]
  readonly commands: readonly CommandTree[]
}

/** The options of `completion`. */
export interface CompletionOptions extends OutputOptions {
  readonly shell: 'bash' | 'zsh' | 'fish'
  readonly tree: CommandTree
}

/** Every command with the words that lead to it. */
const pathsOf = (
  tree: CommandTree,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly command: CommandTree }[] => [
  { path, command: tree },
  ...tree.commands.flatMap((below) => pathsOf(below, [...path, below.name])),
]

/** Commands that take names of events. */
const takesEvents = (path: readonly string[]): boolean =>
  ['trigger', 'events show'].includes(path.join(' '))

const wordsAfter = ({ path, command }: ReturnType<typeof pathsOf>[number]): string =>
  [
    ...command.commands.map(({ name }) => name),
    ...command.options.map(({ flag }) => flag),
    ...(takesEvents(path) ? eventNames : []),
  ].join(' ')

const bash = (tree: CommandTree): string => {
  const cases = pathsOf(tree).map(
    (one) => `    '${one.path.join(' ')}') words='${wordsAfter(one)}' ;;`,
  )
  const names = pathsOf(tree)
    .flatMap(({ path }) => path.slice(-1))
    .join('|')
  return `# bash completion for ${tree.name}
_ainexlayer_webhooks() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names}) path="\${path:+$path }$word" ;; esac
  done
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ainexlayer_webhooks ${tree.name}
`
}

const zsh = (tree: CommandTree): string =>
  `#compdef ${tree.name}
autoload -U +X bashcompinit && bashcompinit
${bash(tree)}`

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const fish = (tree: CommandTree): string => {
  const lines = pathsOf(tree).flatMap(({ path, command }) => {
    const below = command.commands.map(({ name }) => name).join(' ')
    const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`)
    const inside = seen.length === 0 ? '__fish_use_subcommand' : seen.join('; and ')
    const notYet =
      below === '' || seen.length === 0
        ? inside
        : `${inside}; and not __fish_seen_subcommand_from ${below}`
    return [
      ...command.commands.map(
        ({ name, description }) =>
          `complete -c ${tree.name} -f -n '${notYet}' -a ${name} -d ${quoted(description)}`,
      ),
      ...command.options.map(
        ({ flag, description }) =>
          `complete -c ${tree.name} -n '${inside}' -l ${flag.slice(2)} -d ${quoted(description)}`,
      ),
      ...(takesEvents(path)
        ? [`complete -c ${tree.name} -f -n '${inside}' -a '${eventNames.join(' ')}'`]
        : []),
    ]
  })
  return `# fish completion for ${tree.name}\n${lines.join('\n')}\n`
}

/** Prints a completion script. */
export const completion = async (options: CompletionOptions, world: World): Promise<number> => {
  const script = { bash, zsh, fish }[options.shell](options.tree)
  outputOf(world, options).data({ shell: options.shell, script }, script.trimEnd())
  return exitCodes.ok
}
