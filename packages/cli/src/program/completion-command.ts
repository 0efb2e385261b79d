import { Argument, type Command } from '@commander-js/extra-typings'
import type { CommandTree } from '../commands/completion.ts'
import * as option from './options.ts'
import { examples, type Run } from './run.ts'

/** The part of a command that is looked at. */
interface Described {
  readonly commands: readonly Described[]
  readonly options: readonly { readonly long?: string | undefined; readonly description: string }[]
  name(): string
  description(): string
}

const treeOf = (command: Described): CommandTree => ({
  name: command.name(),
  description: command.description(),
  options: [
    ...command.options.flatMap(({ long, description }) =>
      long === undefined ? [] : [{ flag: long, description }],
    ),
    { flag: '--help', description: 'how it is called' },
  ],
  commands: command.commands.map(treeOf),
})

/** `completion`: scripts for shells. */
export const addCompletionCommand = (program: Command, run: Run): void => {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish'] as const))
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText(
      'after',
      examples(
        'completion bash > ~/.local/share/bash-completion/completions/ainexlayer-webhooks',
        'completion zsh > ~/.zfunc/_ainexlayer-webhooks',
        'completion fish > ~/.config/fish/completions/ainexlayer-webhooks.fish',
      ),
    )
    .action((shell, options) =>
      run(async (world) =>
        (await import('../commands/completion.ts')).completion(
          { ...options, shell, tree: treeOf(program) },
          world,
        ),
      ),
    )
}
