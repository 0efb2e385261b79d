import type { Command } from '@commander-js/extra-typings'
import { moreStatuses } from '../input/delivery-status.ts'
import { positiveNumber, wholeNumber } from '../input/options-text.ts'
import * as option from './options.ts'
import { examples, type Run } from './run.ts'
import { addWebhooksCommand } from './webhooks-commands.ts'

/** `webhooks`, `deliveries`, `redeliver`, `recover`: the webhook API, on the sender of `dev` or a deployment. */
export const addApiCommands = (program: Command, run: Run): void => {
  addWebhooksCommand(program, run)

  program
    .command('deliveries')
    .description('the delivery log, newest first; or one delivery with its attempts')
    .argument('[id]', 'such as delivery-7')
    .option('--webhook <id>', 'only those to this webhook')
    .option(
      '--status <status>',
      'pending, sending, retrying, delivered, failed, cancelled',
      moreStatuses,
    )
    .option('--type <event>', 'only this event')
    .option('--since <time>', 'ISO 8601, or such as 2h')
    .option('--limit <number>', 'how many', wholeNumber('--limit', 1, 10_000), 20)
    .option('--follow', 'go on with what happens')
    .option('--body', 'with what was sent and answered')
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText(
      'after',
      examples(
        'deliveries --status failed --since 2h',
        'deliveries delivery-7 --body',
        'deliveries --follow',
      ),
    )
    .action((id, options) =>
      run(async (world) =>
        (await import('../commands/deliveries.ts')).deliveries({ ...options, id }, world),
      ),
    )

  program
    .command('redeliver')
    .description('send a delivery again')
    .argument('<id>', 'such as delivery-7')
    .option('--as-new-event', 'under a new id, so that the receiver handles it again')
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('redeliver delivery-7'))
    .action((id, options) =>
      run(async (world) =>
        (await import('../commands/redeliver.ts')).redeliver({ ...options, id }, world),
      ),
    )

  program
    .command('recover')
    .description('send again everything that failed in a span of time; counts it, and asks')
    .argument('<webhook>', 'such as webhook-1')
    .requiredOption('--since <time>', 'ISO 8601, or such as 2h')
    .option('--until <time>', 'ISO 8601, or such as 30m (default: now)')
    .option('--rate <number>', 'deliveries a second', positiveNumber('--rate'))
    .option('--dry-run', 'only count')
    .addOption(option.yes())
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('recover webhook-1 --since 2h --dry-run'))
    .action((webhook, options) =>
      run(async (world) =>
        (await import('../commands/recover.ts')).recover({ ...options, webhook }, world),
      ),
    )
}
