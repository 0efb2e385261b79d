import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { createReceiver } from '../../src/index.ts'
import { secretFromFile } from '../../src/node/index.ts'
import { fixture, signedRequest } from '../../src/testing/index.ts'

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const secretOf = (n: number): string => `whsec_${Buffer.alloc(32, n).toString('base64')}`
const folder = mkdtempSync(join(tmpdir(), 'ainexlayer-secret-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const newFile = (content: string): string => {
  const path = join(folder, `secret-${count++}`)
  writeFileSync(path, content)
  return path
}

/** Each request looks at the file. */
const everyMs = 1e-6

const receiverOf = (path: string, options = {}) => {
  const receiver = createReceiver({
    secret: secretFromFile(path, { everyMs, ...options }),
    logger,
  }).on('*', () => {})
  return async (secret: string) =>
    (await receiver.handle(await signedRequest({ event: fixture('user.login'), secret }))).status
}

/** What Kubernetes does when a secret changes: a new folder, and one rename of the link that leads to it. */
const volume = () => {
  const root = join(folder, `volume-${count++}`)
  mkdirSync(root)
  let version = 0
  const write = (content: string): void => {
    const data = `..v${version++}`
    mkdirSync(join(root, data))
    writeFileSync(join(root, data, 'secret'), content)
    symlinkSync(data, join(root, '..tmp'))
    renameSync(join(root, '..tmp'), join(root, '..data'))
  }
  return { write, root, path: join(root, 'secret') }
}

test('a file that is written anew, or replaced, is read again', async () => {
  const path = newFile(`${secretOf(1)}\n`)
  const statusFor = receiverOf(path)
  expect(await statusFor(secretOf(1))).toBe(200)
  writeFileSync(path, `  ${secretOf(2)}\r\n\n`)
  expect(await statusFor(secretOf(2))).toBe(200)
  expect(await statusFor(secretOf(1))).toBe(401)
  renameSync(newFile(secretOf(3)), path)
  expect(await statusFor(secretOf(3))).toBe(200)
})

test('so is one in a volume of Kubernetes, where only a link far up changes', async () => {
  const { write, root, path } = volume()
  write(secretOf(1))
  symlinkSync(join('..data', 'secret'), path)
  const statusFor = receiverOf(path)
  expect(await statusFor(secretOf(1))).toBe(200)
  write(secretOf(2))
  expect(await statusFor(secretOf(2))).toBe(200)
  expect(await statusFor(secretOf(1))).toBe(401)
  rmSync(root, { recursive: true })
})

test('several lines are the secrets of a rotation', async () => {
  const statusFor = receiverOf(newFile(`${secretOf(1)}\n${secretOf(2)}\n`))
  expect(await statusFor(secretOf(1))).toBe(200)
  expect(await statusFor(secretOf(2))).toBe(200)
  expect(await statusFor(secretOf(3))).toBe(401)
})

test('a rotation is no sign of a second tenant', async () => {
  const path = newFile(secretOf(1))
  const statusFor = receiverOf(path)
  await statusFor(secretOf(1))
  writeFileSync(path, secretOf(2))
  await statusFor(secretOf(2))
  expect(logger.warn.mock.calls.map(([, message]) => message).join()).not.toContain('tenant')
})

describe('the secrets of before stay in use', () => {
  test.each([
    ['gone', (path: string) => rmSync(path)],
    ['empty', (path: string) => writeFileSync(path, '\n')],
  ])('while the file is %s, and that is told', async (_, spoil) => {
    const onError = vi.fn()
    const path = newFile(secretOf(1))
    const statusFor = receiverOf(path, { onError })
    spoil(path)
    expect(await statusFor(secretOf(1))).toBe(200)
    expect(onError).toHaveBeenCalledWith(expect.any(Error))
    writeFileSync(path, secretOf(2))
    expect(await statusFor(secretOf(2))).toBe(200)
  })

  test('by default the console is told, once a minute, without the secret', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const path = newFile(secretOf(1))
    const statusFor = receiverOf(path)
    rmSync(path)
    for (let n = 0; n < 3; n++) expect(await statusFor(secretOf(1))).toBe(200)
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      '[ainexlayer] the secret could not be loaded: the one of before goes on being used',
    ])
    expect(JSON.stringify(warn.mock.calls)).not.toContain(secretOf(1).slice(6))
    warn.mockRestore()
  })
})

test('the file is not looked at for each request', async () => {
  const path = newFile(secretOf(1))
  const statusFor = receiverOf(path, { everyMs: 60_000 })
  writeFileSync(path, secretOf(2))
  expect(await statusFor(secretOf(1))).toBe(200)
  expect(await statusFor(secretOf(2))).toBe(401)
})

test('a file that is not there is an error when it is named', () => {
  expect(() => secretFromFile(join(folder, 'nowhere'))).toThrow(
    expect.objectContaining({
      code: 'secret_missing',
      message: expect.stringContaining('nowhere'),
    }),
  )
  expect(() => secretFromFile(newFile('\n'))).toThrow('the file is empty')
  expect(() => secretFromFile(newFile(secretOf(1)), { every: 7 } as never)).toThrow('`everyMs`')
  expect(() => secretFromFile(newFile(secretOf(1)), { everyMs: 0 })).toThrow('`everyMs`')
})

test('its scope and its encoding are those of the options', async () => {
  const key = Buffer.alloc(32, 9)
  const path = newFile(key.toString('hex'))
  const seen: unknown[] = []
  const receiver = createReceiver({
    secret: secretFromFile(path, { encoding: 'hex', scope: 'acme' }),
    logger,
  }).on('*', (_, { scope }) => seen.push(scope))
  const secret = `whsec_${key.toString('base64')}`
  await receiver.handle(await signedRequest({ event: fixture('user.login'), secret }))
  expect(seen).toEqual(['acme'])
})

test('what is no file, or too large for one of secrets, is not read, and one that takes its place is', async () => {
  const path = newFile(secretOf(1))
  const onError = vi.fn()
  const statusFor = receiverOf(path, { onError })
  expect(await statusFor(secretOf(1))).toBe(200)
  rmSync(path)
  // A pipe that nobody writes to would never end.
  execFileSync('mkfifo', [path])
  expect(await statusFor(secretOf(1))).toBe(200)
  rmSync(path)
  writeFileSync(path, '')
  truncateSync(path, 2 ** 30)
  expect(await statusFor(secretOf(1))).toBe(200)
  rmSync(path)
  writeFileSync(path, secretOf(2))
  expect(await statusFor(secretOf(2))).toBe(200)
  expect(onError.mock.calls.map(([error]) => String(error))).toEqual([
    'Error: it is not a file',
    'Error: it has more than 65536 bytes',
  ])
})

test('a path that is no file is said when the function is made', () => {
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  expect(() => secretFromFile(path)).toThrow(/cannot be read: it is not a file/)
})
