import { expect, test } from 'vitest'
import { run } from '../running.ts'

test('events lists the 19 events, as a table and as one object a line', async () => {
  const plain = await run(['events'])
  expect(plain.stdout.trim().split('\n')).toHaveLength(20)
  expect(plain.stdout).toContain('chat.message               New chat message sent')
  expect(plain.stdout).not.toContain('\u001b')
  const terminal = await run(['events'], { terminal: true })
  expect(terminal.stdout).toContain('\u001b[1mevent')
  expect(terminal.stdout).toContain('│')
  const json = await run(['events', '--json'])
  expect(json.json()).toHaveLength(19)
})

test('NO_COLOR and --no-color are obeyed on a terminal', async () => {
  const colors = [
    await run(['events'], { terminal: true, env: { NO_COLOR: '1' } }),
    await run(['events', '--no-color'], { terminal: true }),
  ]
  for (const { stdout } of colors) expect(stdout).not.toContain('\u001b')
})

test('events show prints the type and an example, with --json the JSON Schema', async () => {
  const { stdout } = await run(['events', 'show', 'chat.response.generated'])
  expect(stdout).toContain('AI response generated')
  expect(stdout).toContain("  role?: 'assistant' | (string & {})")
  expect(stdout).toContain('  sources?: {\n    documentId?: string\n    title: string')
  expect(stdout).toContain('"conversationId": ')
  const json = await run(['events', 'show', 'chat.message', '--json'])
  expect(json.json()[0]).toMatchObject({
    type: 'chat.message',
    schema: { type: 'object', required: ['id', 'conversationId', 'workspaceId'] },
    typescript: expect.stringContaining('conversationId: string'),
    example: { data: { content: expect.any(String) } },
  })
})

test('an unknown event is exit 2, with the nearest that there is', async () => {
  const ran = await run(['events', 'show', 'chat.mesage'])
  expect(ran.exitCode).toBe(2)
  expect(ran.stderr).toContain('Did you mean chat.message?')
})
