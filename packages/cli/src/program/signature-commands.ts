import type { Command } from '@commander-js/extra-typings'
import { wholeNumber } from '../input/options-text.ts'
import { momentOf } from '../input/time.ts'
import * as option from './options.ts'
import { examples, type Run } from './run.ts'

const unixSeconds = (name: string) => wholeNumber(name, 0)

/** `sign`, `verify`, `secret generate`, `events`: for scripts, without a network. */
export const addSignatureCommands = (program: Command, run: Run): void => {
  program
    .command('sign')
    .description('sign a body: prints the headers, or a curl line that sends it')
    .addOption(option.body().makeOptionMandatory())
    .option('--id <id>', 'the id of the event (default: a new one)')
    .option('--timestamp <seconds>', 'when it is signed, unix seconds', unixSeconds('--timestamp'))
    .option('--curl <url>', 'print a curl line that sends it there')
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
        'sign --body @event.json',
        'sign --body @event.json --curl http://localhost:3000/webhooks',
      ),
    )
    .action((options) =>
      run(async (world) => (await import('../commands/sign.ts')).sign(options, world)),
    )

  program
    .command('verify')
    .description('check a request against a secret: PASS, or the reason')
    .option(
      '--request <file>',
      'a raw HTTP dump, a file of `listen`, a HAR file, a curl line; - for stdin',
    )
    .addOption(option.header())
    .addOption(option.body())
    .option(
      '--at <time>',
      'when it arrived, unix seconds or ISO 8601 (default: now)',
      momentOf('--at'),
    )
    .option('--tolerance <seconds>', 'how far the time may be off', unixSeconds('--tolerance'))
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
        'verify --request dump.http',
        'verify -H "webhook-id: msg_1" -H … --body @body.json',
      ),
    )
    .action((options) =>
      run(async (world) => (await import('../commands/verify.ts')).verify(options, world)),
    )

  program
    .command('secret')
    .description('make signing secrets')
    .command('generate')
    .description('print a new signing secret')
    .option('--bytes <number>', 'from 24 to 64', wholeNumber('--bytes', 24, 64), 32)
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('secret generate > .secret'))
    .action((options) =>
      run(async (world) =>
        (await import('../commands/secret-generate.ts')).secretGenerate(options, world),
      ),
    )

  const events = program
    .command('events')
    .description('the catalog of events')
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('events', 'events show chat.message --json'))
    .action((options) =>
      run(async (world) => (await import('../commands/events.ts')).events(options, world)),
    )

  events
    .command('show')
    .description('one event: its TypeScript type and an example; with --json its JSON Schema')
    .argument('<event>', 'its name')
    .addOption(option.json())
    .addOption(option.quiet())
    .addOption(option.noColor())
    .addHelpText('after', examples('events show chat.message', 'events show chat.message --json'))
    .action((event, _, command) =>
      run(async (world) =>
        (await import('../commands/events-show.ts')).eventsShow(
          { ...command.optsWithGlobals(), event },
          world,
        ),
      ),
    )
}
