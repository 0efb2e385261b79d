const assert = require('node:assert/strict')
const core = require('@ainexlayer/webhooks')
const { signedRequest, fixture, testSecret } = require('@ainexlayer/webhooks/testing')
const { webhookHandler } = require('@ainexlayer/webhooks-express')
const { attemptDelivery } = require('@ainexlayer/webhooks-sender')

const main = async () => {
  for (const name of ['fastify', 'hono', 'lambda', 'next', 'next/pages']) {
    assert.equal(typeof require(`@ainexlayer/webhooks-${name}`).webhookHandler, 'function', name)
  }
  require('@ainexlayer/webhooks-otel').instrumentWebhooks().disable()
  assert.equal(typeof webhookHandler, 'function')
  assert.equal(typeof attemptDelivery, 'function')
  for (const name of ['redis', 'postgres', 'sqlite']) {
    assert.equal(typeof require(`@ainexlayer/webhooks-${name}`)[`${name}Store`], 'function', name)
  }
  const receiver = core.createReceiver({ secret: testSecret }).on('*', () => {})
  const result = await receiver.handle(await signedRequest({ event: fixture('user.login') }))
  assert.equal(result.outcome, 'processed')
  // One class for all entries: splitting keeps them in a shared chunk.
  const wrong = await signedRequest({}).catch((error) => error)
  assert.ok(wrong instanceof core.WebhookConfigurationError)
}

void main()
