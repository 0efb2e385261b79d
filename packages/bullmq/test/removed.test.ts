import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { quiet } from '@ainexlayer/webhooks-conformance'
import { type Job, Queue } from 'bullmq'
import { expect, test } from 'vitest'
import { bullmqDispatch } from '../src/index.ts'
import { connectionTo, newQueueName, noServer, there, url } from './server.ts'

/** A queue whose retention takes a job as soon as somebody has looked at it. */
class Forgetful extends Queue {
  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id)
    if (job !== undefined) await this.remove(id)
    return job
  }
}

test('an event whose earlier job is removed while it is looked at is not answered 202', async ({
  skip,
}) => {
  if (!there) skip(noServer)
  const connection = connectionTo(url)
  const name = newQueueName()
  const queue = new Queue(name, { connection })
  const forgetful = new Forgetful(name, { connection })
  const event = fixture('chat.message')
  const deliverTo = async (to: Queue): Promise<number> => {
    const dispatch = bullmqDispatch(to)
    const receiver = createReceiver({
      endpoint: 'default',
      secret: testSecret,
      logger: quiet,
      dispatch,
    })
    return (await receiver.handle(await signedRequest({ event }))).status
  }
  expect(await deliverTo(queue)).toBe(202)
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await deliverTo(forgetful)).toBe(503)
  expect(await queue.getWaitingCount()).toBe(0)
  expect(await deliverTo(queue)).toBe(202)
  expect(await queue.getWaitingCount()).toBe(1)
  await queue.obliterate({ force: true })
  await Promise.all([queue.close(), forgetful.close()])
})
