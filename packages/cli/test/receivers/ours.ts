import { createReceiver, type ReceiverOptions } from '@ainexlayer/webhooks'
import { nodeListener } from '@ainexlayer/webhooks/node'
import { webhookHandler } from '@ainexlayer/webhooks-express'
import express from 'express'
import { secrets } from '../running.ts'
import { createCounter, started } from './started.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const counting = (options: Partial<ReceiverOptions> = {}) => {
  const { runs, note } = createCounter()
  const receiver = createReceiver({ secret: secrets.test, logger: silent, ...options })
  receiver.on('*', (event) => note(event.id))
  return { runs, receiver }
}

/** Our receiver in Express. */
export const oursInExpress = (options: Partial<ReceiverOptions> = {}) => {
  const { runs, receiver } = counting(options)
  const app = express()
  app.post('/webhooks', webhookHandler(receiver))
  app.get('/handled', (_req, res) => void res.json(runs))
  return started(app)
}

/** Our receiver on node:http. */
export const oursOnNode = (options: Partial<ReceiverOptions> = {}) => {
  const { runs, receiver } = counting(options)
  const listener = nodeListener(receiver)
  return started((request, response) => {
    if (request.url === '/handled') response.end(JSON.stringify(runs))
    else void listener(request, response)
  })
}
