import assert from 'node:assert/strict'
import { instrumentWebhooks } from '@ainexlayer/webhooks-otel'
import { cases, runCases } from './active-span-cases.mjs'

const { otelChannels } = cases
const worker = {
  otelChannels,
  'instrumentWebhooks says that it cannot': () => {
    assert.throws(() => instrumentWebhooks(), { code: 'option_invalid', message: /otelChannels/ })
  },
}

/** What the worker answers. */
export const answer = () => runCases(worker)
