import { expect, test, vi } from 'vitest'
import {
  createReceiver,
  EndpointGone,
  type Logger,
  memoryStore,
  PermanentFailure,
  type ReceiverOptions,
  StoreUnavailableError,
} from '../../src/index.ts'
import { toJob } from '../../src/queue/index.ts'
import { fixture, signedRequest, testSecret } from '../../src/testing/index.ts'

/** What a receiver with this handler says, of a request and in a worker of a queue. */
const said = async (
  place: 'request' | 'worker',
  handler: () => unknown,
  options: Partial<ReceiverOptions> = {},
): Promise<string> => {
  const logger = {
    info: vi.fn<Logger['info']>(),
    warn: vi.fn<Logger['warn']>(),
    error: vi.fn<Logger['error']>(),
  }
  const receiver = createReceiver({ secret: testSecret, endpoint: 'test', logger, ...options }).on(
    '*',
    handler,
  )
  const request = await signedRequest({ event: fixture('chat.message') })
  if (place === 'request') await receiver.handle(request)
  else {
    let job: unknown
    const dispatching = createReceiver({
      secret: testSecret,
      endpoint: 'test',
      dispatch: async (delivery) => {
        job = toJob(delivery)
      },
    })
    await dispatching.handle(request)
    await receiver.work(job)
  }
  return [logger.warn, logger.error]
    .flatMap(({ mock }) => mock.calls)
    .map(([, sentence]) => sentence)
    .join('\n')
}

const throwing = (error: unknown) => () => {
  throw error
}

test('who threw PermanentFailure without a parking place is not told to throw it', async () => {
  const words = await said('request', throwing(new PermanentFailure('no')))
  expect(words).toMatch(/there is no parking place: the sender's retry runs the event again/)
  expect(words).toMatch(/Pass `park`/)
  expect(words).not.toMatch(/throw `/)
})

test('nor is it told that there is no parking place, where it refused', async () => {
  const park = () => Promise.reject(new Error('full'))
  const words = await said('request', throwing(new PermanentFailure('no')), { park })
  expect(words).toMatch(/the parking place refused it/)
  expect(words).not.toMatch(/there is no parking place|Pass `park`/)
})

test('in a worker PermanentFailure leaves the job among the dead', async () => {
  const words = await said('worker', throwing(new PermanentFailure('no')))
  expect(words).toMatch(/the job is kept among the dead of the queue/)
  expect(words).not.toMatch(/sender|throw `/)
})

test('any other error speaks of who retries: the sender of a request, the queue in a worker', async () => {
  const failing = throwing(new Error('of the user'))
  expect(await said('request', failing)).toMatch(/the retry of the sender runs it again/)
  const inWorker = await said('worker', failing)
  expect(inWorker).toMatch(/the retries of the queue run it again/)
  expect(inWorker).not.toMatch(/sender/)
})

test('a store that is down speaks of who comes again', async () => {
  const claim = () => Promise.reject(new StoreUnavailableError('It is on holiday.'))
  const store = { ...memoryStore(), claim }
  expect(await said('request', () => {}, { store })).toMatch(/the sender retries/)
  const inWorker = await said('worker', () => {}, { store })
  expect(inWorker).toMatch(/It is on holiday\..*the queue runs the job again later/)
  expect(inWorker).not.toMatch(/sender/)
})

test('a worker answers nobody', async () => {
  const gone = throwing(new EndpointGone('closed'))
  expect(await said('request', gone)).toBe('answered gone')
  expect(await said('worker', gone)).toBe('the job is given up: a handler threw `EndpointGone`')
  const park = async () => {}
  const permanent = throwing(new PermanentFailure('no'))
  expect(await said('worker', permanent, { park })).toBe('the job is parked')
})
