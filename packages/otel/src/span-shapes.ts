import type { ChannelMessages, ChannelMoment, EventMessage } from '@ainexlayer/webhooks'
import { type Attributes, SpanKind } from '@opentelemetry/api'

/** How a span starts. */
export interface SpanStart {
  readonly name: string
  readonly kind?: SpanKind
  readonly attributes: Attributes
}

/** What a moment looks like as a span. */
export interface SpanShape<Message> {
  /** Undefined where a message makes no span. */
  readonly start: (message: Message) => SpanStart | undefined
  readonly end?: (message: Message) => Attributes
  /** What went wrong, where the message has no error that says it. */
  readonly failure?: (message: Message) => string | undefined
}

/** An id or a type can have any length that a header or a body may have. */
const text = (value: string | undefined): string | undefined => value?.slice(0, 256)

const system = 'ainexlayer'

const aboutEvent = ({ endpoint, id, type, isKnown }: EventMessage): Attributes => ({
  'messaging.system': system,
  'messaging.destination.name': endpoint,
  'messaging.message.id': text(id),
  'ainexlayer.event.type': text(type),
  'ainexlayer.event.known': isKnown,
})

/** Objects are filled, not spread, which is slow on Node 20. An attribute that is undefined is left out by the SDK. */
export const spanShapes: {
  readonly [Moment in ChannelMoment]: SpanShape<ChannelMessages[Moment]>
} = {
  delivery: {
    start: ({ endpoint, entrance, job }) => ({
      name: `${entrance} ${endpoint}`,
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': system,
        'messaging.operation.name': entrance,
        'messaging.operation.type': 'process',
        'messaging.destination.name': endpoint,
        'ainexlayer.job.id': job?.id,
        'ainexlayer.job.queue': job?.queue,
        'ainexlayer.job.run': job?.run,
      },
    }),
    end: (message) => ({
      'messaging.message.id': text(message.id),
      'messaging.message.body.size': message.bytes,
      'messaging.batch.message_count': message.others && message.others.length + 1,
      'http.response.status_code': message.status,
      'ainexlayer.event.type': text(message.type),
      'ainexlayer.event.known': message.isKnown,
      'ainexlayer.secret.id': message.secretId,
      'ainexlayer.run': message.run,
      'ainexlayer.outcome': message.outcome,
      'ainexlayer.reason': text(message.reason),
      'error.type': message.code,
    }),
    // A refusal of what a stranger sent is no failure of the receiver's.
    failure: ({ outcome, code }) =>
      outcome === 'failed' || outcome === 'retry_later' ? (code ?? outcome) : undefined,
  },
  claim: {
    start: (message) => ({
      name: 'claim',
      attributes: Object.assign(aboutEvent(message), { 'ainexlayer.store': message.store }),
    }),
    end: ({ result, run }) => ({ 'ainexlayer.result': result, 'ainexlayer.run': run }),
  },
  handler: {
    start: (message) => ({
      name: `handler ${message.isKnown ? message.type : 'unknown'}`,
      attributes: Object.assign(aboutEvent(message), {
        'ainexlayer.run': message.run,
        'ainexlayer.handler.index': message.index,
      }),
    }),
  },
  settle: {
    start: (message) => ({
      name: message.step,
      attributes: Object.assign(aboutEvent(message), {
        'ainexlayer.store': message.store,
        'ainexlayer.run': message.run,
      }),
    }),
    end: ({ result }) => ({ 'ainexlayer.result': result }),
    failure: ({ result }) => (result === 'done' ? undefined : result),
  },
  store: {
    // The claim and the settlement stand for the other calls; this one has the handlers within it.
    start: ({ operation, store }) =>
      operation === 'transact'
        ? { name: operation, attributes: { 'ainexlayer.store': store } }
        : undefined,
  },
  dispatch: {
    start: (message) => ({
      name: `send ${message.endpoint}`,
      kind: SpanKind.PRODUCER,
      attributes: Object.assign(aboutEvent(message), {
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
      }),
    }),
    end: ({ result }) => ({ 'ainexlayer.result': result }),
    failure: ({ result }) => (result === 'retry_later' ? result : undefined),
  },
  park: {
    start: (message) => ({ name: 'park', attributes: aboutEvent(message) }),
  },
}
