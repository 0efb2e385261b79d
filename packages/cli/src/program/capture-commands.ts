import type { Command } from '@commander-js/extra-typings'
import { moreNames, positiveNumber, urlOf, wholeNumber } from '../input/options-text.ts'
import * as option from './options.ts'
import { examples, type Run } from './run.ts'

/** `listen` and `replay`: what catches requests, and sends them again. */
export const addCaptureCommands = (program: Command, run: Run): void => {
  program
    .command('listen')
    .description('catch requests: verify, save and forward each')
    .option(
      '--port <number>',
      'where it listens; 0 for any free port',
      wholeNumber('--port', 0, 65_535),
      3002,
    )
    .option('--forward-to <url>', 'send the bytes on, and pass the answer back', urlOf)
    .option(
      '--events <pattern>',
      'only these events, such as document.*; several times or with commas. Others are answered, and neither shown, saved nor forwarded',
      moreNames,
    )
    .option('--save <folder>', 'one file for each request: the headers as they came, and the bytes')
    .option('--inbox', 'show each in the dashboard of `dev`, too')
    .option(
      '--respond <status>',
      'the answer, where nothing is forwarded',
      wholeNumber('--respond', 200, 599),
      200,
    )
    .option('--delay <ms>', 'milliseconds before the answer', wholeNumber('--delay', 0, 600_000), 0)
    .option('--count <number>', 'end after so many requests', wholeNumber('--count', 1))
    .addOption(option.baseUrl())
    .addOption(option.apiKey())
    .addOption(option.timeout(30_000))
    .addOption(option.profile())
    .addOption(option.secret())
    .addOption(option.secretFile())
    .addOption(option.secretEncoding())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText(
      'after',
      examples(
        'listen --save captured',
        'listen --port 4000 --forward-to http://localhost:3000/webhooks --save captured',
      ),
    )
    .action((options) =>
      run(async (world) => (await import('../commands/listen.ts')).listen(options, world)),
    )

  program
    .command('replay')
    .description('send again what was captured')
    .argument('<what>', 'a file or folder of `listen`, or the id of a delivery')
    .option('--to <url>', 'where to (default: where it was sent or forwarded to before)', urlOf)
    .option(
      '--resign',
      'with a new signature, even what did not verify (default: only what verified)',
    )
    .option('--as-is', 'with the signature that it has')
    .option('--new-id', 'each under a new id, so that it is handled again')
    .option(
      '--speed <factor>',
      '1 as fast as they came, 2 twice as fast (default: no pause)',
      positiveNumber('--speed'),
    )
    .option('--shuffle', 'in another order')
    .option('--concurrency <number>', 'how many at once', wholeNumber('--concurrency', 1, 1000), 1)
    .option('--repeat <number>', 'how many times', wholeNumber('--repeat', 1, 100_000), 1)
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
        'replay captured --to http://localhost:3000/webhooks --shuffle',
        'replay delivery-7 --as-is',
      ),
    )
    .action((what, options) =>
      run(async (world) =>
        (await import('../commands/replay.ts')).replay({ ...options, what }, world),
      ),
    )
}
