import type { Command } from '@commander-js/extra-typings'
import { more, moreNames, positiveNumber, urlOf, wholeNumber } from '../input/options-text.ts'
import * as option from './options.ts'
import { examples, type Run } from './run.ts'

/** `dev` and `trigger`: what sends events. */
export const addSendingCommands = (program: Command, run: Run): void => {
  program
    .command('dev')
    .description('start a sender for development, and show each delivery to your receiver')
    .argument('<url>', 'your receiver', urlOf)
    .option(
      '--port <number>',
      'where the sender listens; 0 for any free port',
      wholeNumber('--port', 0, 65_535),
      3001,
    )
    .option(
      '--events <pattern>',
      'only these events, such as document.*; several times or with commas',
      moreNames,
    )
    .option('--preset <name>', 'the schedule of retries: fast, standard, svix, none', 'fast')
    .option(
      '--store <kind>',
      'memory, or file: in .ainexlayer; the next `dev` in this folder goes on with its webhook and open deliveries, another URL moves it there',
      'memory',
    )
    .option('--fault <fault>', 'a fault for the key f, such as tamperBody; several times', more)
    .option('--open', 'show the dashboard in the browser')
    .addOption(option.profile())
    .addOption(option.secret())
    .addOption(option.secretFile().default('.ainexlayer/secret'))
    .addOption(option.secretEncoding())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText(
      'after',
      examples(
        'dev http://localhost:3000/webhooks/ainexlayer',
        'dev localhost:3000/webhooks --events "document.*" --fault duplicate:times=3',
      ),
    )
    .action((url, options) =>
      run(async (world) => (await import('../commands/dev.ts')).dev({ ...options, url }, world)),
    )

  program
    .command('trigger')
    .description('send signed example events, to a URL or through the API')
    .argument('[events...]', 'names such as chat.message, or patterns such as document.*')
    .option('--to <url>', 'send it there, signed with the secret (default: through the API)', urlOf)
    .option('--all', 'send each of the 19 events')
    .option(
      '--set <path=value>',
      'set a field of the data, such as data.content=Hello; JSON where the field is not a string',
      more,
    )
    .option('--data <json>', 'the data itself: JSON, @file, or - for stdin')
    .option('--no-validate', 'send data that does not fit the event')
    .option('--id <id>', 'the id of the event (default: a new one)')
    .option('--timestamp <time>', 'when it happened, ISO 8601 (default: now)')
    .option('--fault <fault>', 'a fault such as tamperBody or timestamp:offsetSeconds=-600', more)
    .option('--count <number>', 'how many of each', wholeNumber('--count', 1, 100_000), 1)
    .option('--rate <number>', 'events a second', positiveNumber('--rate'))
    .option('--wait', 'retry until it is delivered; exit 1 if it is not')
    .addOption(option.timeout(30_000))
    .addOption(option.profile())
    .addOption(option.secret())
    .addOption(option.secretFile())
    .addOption(option.secretEncoding())
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText(
      'after',
      examples(
        'trigger chat.message --to http://localhost:3000/webhooks --set data.content=Hello',
        'trigger document.processed --to http://localhost:3000/webhooks --fault duplicate:times=3',
        'trigger --all --wait',
      ),
    )
    .action((events, options) =>
      run(async (world) =>
        (await import('../commands/trigger.ts')).trigger({ ...options, events }, world),
      ),
    )
}
