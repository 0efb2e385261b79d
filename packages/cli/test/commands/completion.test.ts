import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { run } from '../running.ts'

const completions = (script: string, ...words: string[]): string[] =>
  execFileSync('bash', [
    '-c',
    `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_ainexlayer_webhooks; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ])
    .toString()
    .trim()
    .split('\n')

test('bash completes commands, their options and events', async () => {
  const { stdout } = await run(['completion', 'bash'])
  const complete = (...words: string[]) => completions(stdout, 'ainexlayer-webhooks', ...words)
  expect(complete('ex')).toEqual(['exercise'])
  expect(complete('webhooks', 'ro')).toEqual(['rotate'])
  expect(complete('exercise', '--obs')).toEqual(['--observe', '--observe-file'])
  expect(complete('trigger', 'chat.m')).toEqual(['chat.message'])
})

test('zsh and fish have scripts, too; another shell is exit 2', async () => {
  expect((await run(['completion', 'zsh'])).stdout).toMatch(/^#compdef ainexlayer-webhooks\n/)
  const fish = await run(['completion', 'fish'])
  expect(fish.stdout).toContain(
    "complete -c ainexlayer-webhooks -f -n '__fish_use_subcommand' -a exercise",
  )
  const other = await run(['completion', 'powershell'])
  expect(other.exitCode).toBe(2)
  expect(other.stderr).toContain('Allowed choices are bash, zsh, fish')
})
