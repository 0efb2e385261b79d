import type { Command } from '@commander-js/extra-typings'
import { namesOfChecks } from '../exercise/check-names.ts'
import { more, urlOf, wholeNumber } from '../input/options-text.ts'
import { momentOf } from '../input/time.ts'
import * as option from './options.ts'
import { examples, type Run } from './run.ts'

/** `exercise` and `doctor`: what is wrong with a receiver, or a request. */
export const addReceiverCommands = (program: Command, run: Run): void => {
  program
    .command('exercise')
    .description('judge a receiver, ours or not: a scorecard, and how to fix what is wrong')
    .argument('<url>', 'the receiver', urlOf)
    .option(
      '--observe <url>',
      'answers {"<event id>": runs}: counts the runs of the handlers',
      urlOf,
    )
    .option('--observe-file <file>', 'the same in a file, or an id in a line for each run')
    .option('--only <checks>', 'only these checks or groups (named below), with commas', more)
    .option('--skip <checks>', 'not these checks or groups, with commas', more)
    .option('--event <event>', 'an event that the handlers handle', 'chat.message')
    .option(
      '--burst <number>',
      'how many events a burst has',
      wholeNumber('--burst', 1, 10_000),
      200,
    )
    .option(
      '--slow-limit <ms>',
      'milliseconds in which a request that drips should be ended',
      wholeNumber('--slow-limit', 100, 600_000),
      12_000,
    )
    .option('--junit <file>', 'write JUnit XML for CI')
    .option('--markdown <file>', 'write Markdown for CI')
    .addOption(option.timeout(10_000))
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
        'exercise http://localhost:3000/webhooks',
        'exercise http://localhost:3000/webhooks --observe http://localhost:3000/handled',
        'exercise http://localhost:3000/webhooks --only security,duplicate --junit report.xml',
      ),
    )
    .addHelpText('after', `\nFor --only and --skip. ${namesOfChecks}`)
    .action((url, options) =>
      run(async (world) =>
        (await import('../commands/exercise.ts')).exercise({ ...options, url }, world),
      ),
    )

  program
    .command('doctor')
    .description('what is wrong with a captured request, or with an endpoint')
    .argument(
      '[what]',
      'a URL; or a raw HTTP dump, a file of `listen`, a HAR file, a curl line; - for stdin',
    )
    .addOption(option.header())
    .addOption(option.body())
    .option(
      '--entry <number>',
      'the entry of a HAR file (default: the last)',
      wholeNumber('--entry', 1),
    )
    .option('--at <time>', 'when the request arrived, unix seconds or ISO 8601', momentOf('--at'))
    .option('--event <event>', 'an event that the handlers of the endpoint handle', 'chat.message')
    .option(
      '--observe <url>',
      'answers {"<event id>": runs}: counts the runs of the handlers',
      urlOf,
    )
    .addOption(option.timeout(30_000))
    .addOption(option.profile().default(undefined, 'found out'))
    .addOption(option.secret())
    .addOption(option.secretFile())
    .addOption(option.secretEncoding())
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText(
      'after',
      examples(
        'doctor http://localhost:3000/webhooks',
        'doctor captured/2026-01-15T10-30-00.112Z-0001-chat.message-msg_1.http',
        'doctor - < captured.http',
      ),
    )
    .action((what, options) =>
      run(async (world) =>
        (await import('../commands/doctor.ts')).doctor({ ...options, what }, world),
      ),
    )
}
