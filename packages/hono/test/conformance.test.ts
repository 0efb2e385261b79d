import {
  addressCases,
  forwardedCases,
  outcomeCases,
  transportCases,
} from '@ainexlayer/webhooks-conformance'
import { Hono } from 'hono'
import { describe, test } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { serve } from './serve.ts'

describe('Hono 4 on @hono/node-server', () => {
  for (const { name, run } of [
    ...outcomeCases,
    ...transportCases,
    ...addressCases,
    ...forwardedCases('socket'),
  ]) {
    test(name, () =>
      run((receiver, host) =>
        serve(new Hono().post('/webhooks', webhookHandler(receiver)), '/webhooks', host),
      ),
    )
  }
})
