import { Command } from '@commander-js/extra-typings'
import { addApiCommands } from './api-commands.ts'
import { addCaptureCommands } from './capture-commands.ts'
import { addCompletionCommand } from './completion-command.ts'
import { addReceiverCommands } from './receiver-commands.ts'
import type { Run } from './run.ts'
import { addSendingCommands } from './sending-commands.ts'
import { addSignatureCommands } from './signature-commands.ts'
import { version } from './version.ts'

/** All commands, with their options. What they do is loaded when they are called. */
export const createProgram = (run: Run): Command => {
  const program = new Command('ainexlayer-webhooks')
    .description('Send, catch, replay and explain AINexLayer webhooks, and judge any receiver.')
    .version(version, '-V, --version')
    .showHelpAfterError('See --help.')
    .enablePositionalOptions()
  addSendingCommands(program, run)
  addCaptureCommands(program, run)
  addReceiverCommands(program, run)
  addSignatureCommands(program, run)
  addApiCommands(program, run)
  addCompletionCommand(program, run)
  return program
}
