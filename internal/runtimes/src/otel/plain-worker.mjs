/** A worker without Node compatibility, and so without an SDK: the tracer is one of its own. */
import { createReceiver } from '@ainexlayer/webhooks'
import { fixture, signedRequest, testSecret } from '@ainexlayer/webhooks/testing'
import { instrumentWebhooks, otelChannels } from '@ainexlayer/webhooks-otel'
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

const instrumented = () => {
  try {
    instrumentWebhooks()
    return 'no error'
  } catch (error) {
    return error.code
  }
}

const spansOf = async () => {
  const names = []
  const startSpan = (name) => {
    names.push(name)
    return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
  }
  const channels = otelChannels({ tracerProvider: { getTracer: () => ({ startSpan }) } })
  const receiver = createReceiver({ secret: testSecret, logger: quiet, channels }).on('*', () => {})
  await receiver.handle(await signedRequest({ event: fixture('user.login') }))
  return names
}

/** What the worker answers. */
export const answer = async () => ({ instrumented: instrumented(), spans: await spansOf() })
