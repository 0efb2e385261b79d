import type { Command } from '@commander-js/extra-typings'
import { moreNames, urlOf, wholeNumber } from '../input/options-text.ts'
import * as option from './options.ts'
import { examples, type Run } from './run.ts'

/** `webhooks list`, `get`, `create`, `update`, `delete`, `test` and `rotate`. */
export const addWebhooksCommand = (program: Command, run: Run): void => {
  const webhooks = program.command('webhooks').description('the webhooks of the API')

  webhooks
    .command('list')
    .description('all webhooks')
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('webhooks list'))
    .action((options) =>
      run(async (world) => (await import('../commands/webhooks.ts')).webhooksList(options, world)),
    )

  webhooks
    .command('get')
    .description('one webhook')
    .argument('<id>', 'such as webhook-1')
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('webhooks get webhook-1'))
    .action((id, options) =>
      run(async (world) =>
        (await import('../commands/webhooks.ts')).webhooksGet({ ...options, id }, world),
      ),
    )

  webhooks
    .command('test')
    .description('send a test event; exit 1 if it is not delivered')
    .argument('<id>', 'such as webhook-1')
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('webhooks test webhook-1'))
    .action((id, options) =>
      run(async (world) =>
        (await import('../commands/webhooks.ts')).webhooksTest({ ...options, id }, world),
      ),
    )

  webhooks
    .command('create')
    .description('create a webhook; its secret goes to a file')
    .argument('<url>', 'where the deliveries go', urlOf)
    .option(
      '--events <pattern>',
      'such as document.*; several times or with commas (default: all)',
      moreNames,
    )
    .option('--description <text>', 'for people')
    .option('--secret-out <file>', 'where the secret goes (default: .ainexlayer/<id>.secret)')
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText(
      'after',
      examples('webhooks create https://app.example.com/webhooks --events "document.*"'),
    )
    .action((url, options) =>
      run(async (world) =>
        (await import('../commands/webhooks-change.ts')).webhooksCreate({ ...options, url }, world),
      ),
    )

  webhooks
    .command('update')
    .description('change a webhook')
    .argument('<id>', 'such as webhook-1')
    .option('--url <url>', 'where the deliveries go', urlOf)
    .option('--events <pattern>', 'such as document.*; several times or with commas', moreNames)
    .option('--description <text>', 'for people')
    .option('--activate', 'send to it; resets its health')
    .option('--deactivate', 'do not send to it')
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('webhooks update webhook-1 --activate'))
    .action((id, options) =>
      run(async (world) =>
        (await import('../commands/webhooks-change.ts')).webhooksUpdate({ ...options, id }, world),
      ),
    )

  webhooks
    .command('delete')
    .description('delete a webhook; asks')
    .argument('<id>', 'such as webhook-1')
    .addOption(option.yes())
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('webhooks delete webhook-1'))
    .action((id, options) =>
      run(async (world) =>
        (await import('../commands/webhooks-change.ts')).webhooksDelete({ ...options, id }, world),
      ),
    )

  webhooks
    .command('rotate')
    .description('give it a new secret; asks')
    .argument('<id>', 'such as webhook-1')
    .option(
      '--grace <seconds>',
      'how long the previous one signs, too',
      wholeNumber('--grace', 0, 604_800),
    )
    .option('--secret-out <file>', 'where the secret goes (default: .ainexlayer/<id>.secret)')
    .addOption(option.yes())
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('webhooks rotate webhook-1 --grace 3600'))
    .action((id, options) =>
      run(async (world) =>
        (await import('../commands/webhooks-change.ts')).webhooksRotate({ ...options, id }, world),
      ),
    )
}
