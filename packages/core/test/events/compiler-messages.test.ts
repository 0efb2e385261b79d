import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const configured = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
    throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
  },
})
if (configured === undefined) throw new Error('there is no tsconfig.json')

const head = `
import { ainexlayerEvents, createReceiver, isEvent, verify, type EventOf } from './src/index.ts'
const receiver = createReceiver({ secret: 'whsec_' })
const events = { ...ainexlayerEvents, 'billing.paid': ainexlayerEvents['user.login'] }
const event = await verify({ headers: {}, body: '', secret: 'whsec_' })
`

const names = '"chat.message" | "chat.conversation.started" | "chat.conversation.ended"'

/** What people write, and what the compiler must say of it. */
const mistakes: readonly (readonly [title: string, source: string, ...messages: string[]])[] = [
  [
    'a misspelt event reads the names',
    `receiver.on('chat.mesage', () => {})`,
    `Argument of type '"chat.mesage"' is not assignable to parameter of type '${names}`,
  ],
  [
    'a misspelt event in a list reads the nearest name',
    `receiver.on(['chat.message', 'chat.mesage'], () => {})`,
    `Did you mean '"chat.message"'?`,
  ],
  [
    'a misspelt event of a catalog of one’s own reads the names',
    `createReceiver({ secret: 'whsec_', events }).on('billing.payed', () => {})`,
    `Argument of type '"billing.payed"' is not assignable to parameter of type '${names}`,
  ],
  [
    'a misspelt field reads the name of the payload and the nearest field',
    `receiver.on('chat.message', (event) => event.data.contnet)`,
    `Property 'contnet' does not exist on type 'ChatMessage'. Did you mean 'content'?`,
  ],
  [
    'a field that may be missing is said to be so',
    `receiver.on('chat.message', (event) => event.data.content.length)`,
    `'event.data.content' is possibly 'undefined'.`,
  ],
  [
    'a misspelt case reads the names',
    `switch (event.type) { case 'chat.mesage': break }`,
    `Type '"chat.mesage"' is not comparable to type '${names}`,
    '| UnknownType',
  ],
  [
    'a misspelt pattern of isEvent reads the names',
    `isEvent(event, 'chats.*')`,
    `Argument of type '"chats.*"' is not assignable to parameter of type '${names}`,
  ],
  [
    'the type of a misspelt event reads the names',
    `export type Message = EventOf<'chat.mesage'>`,
    `Type '"chat.mesage"' does not satisfy the constraint '${names}`,
  ],
  [
    'a misspelt option reads the nearest one',
    `createReceiver({ secret: 'whsec_', toleranceSecond: 5 })`,
    `'toleranceSecond' does not exist in type 'ReceiverOptions<AinexlayerEvents, undefined, unknown>'. Did you mean to write 'toleranceSeconds'?`,
  ],
]

const fileOf = (index: number): string => `${root}mistake-${index}.ts`
const texts = new Map(mistakes.map(([, source], index) => [fileOf(index), `${head}${source}\n`]))
const host = ts.createCompilerHost(configured.options)
const program = ts.createProgram(
  [...texts.keys()],
  { ...configured.options, noUnusedLocals: false },
  {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    readFile: (path) => texts.get(path) ?? host.readFile(path),
    getSourceFile: (path, options) => {
      const text = texts.get(path)
      return text === undefined
        ? host.getSourceFile(path, options)
        : ts.createSourceFile(path, text, options)
    },
  },
)

const messagesOf = (index: number): string =>
  program
    .getSemanticDiagnostics(program.getSourceFile(fileOf(index)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
    .join('\n')

test.for(mistakes.map((mistake, index) => [index, ...mistake] as const))(
  '%i: %s',
  ([index, , , ...expected]) => {
    const messages = messagesOf(index)
    for (const message of expected) expect(messages).toContain(message)
    expect(messages).not.toMatch(/Zod|EventSchema/)
  },
)

test('each field of each payload says what it means and who says so', () => {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(`${root}src/events/data/event-data.ts`)
  const module = file && checker.getSymbolAtLocation(file)
  const [eventData] = module === undefined ? [] : checker.getExportsOfModule(module)
  if (eventData === undefined) throw new Error('event-data.ts exports nothing')
  const payloads = checker.getDeclaredTypeOfSymbol(eventData).getProperties()
  expect(payloads).toHaveLength(19)
  for (const payload of payloads) {
    for (const field of checker.getTypeOfSymbol(payload).getProperties()) {
      const words = ts.displayPartsToString(field.getDocumentationComment(checker))
      expect(words, `${payload.name}: ${field.name}`).toMatch(
        /^[A-Z].+\. (?:Published|Word published, place proposed|Proposed by this project)\.$/,
      )
    }
  }
})
