import { ainexlayerEvents, createReceiver } from '@ainexlayer/webhooks'
import type {
  ALBEvent,
  ALBHandler,
  ALBResult,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyResult,
  APIGatewayProxyStructuredResultV2,
  Context,
  LambdaFunctionURLEvent,
  LambdaFunctionURLHandler,
  SQSEvent,
} from 'aws-lambda'
import { expectTypeOf, test } from 'vitest'
import { type LambdaAnswer, type LambdaEvent, webhookHandler } from '../src/index.ts'

const receiver = createReceiver({ secret: 'whsec_' })

test('the HTTP events of AWS fit, and other events do not', () => {
  expectTypeOf<APIGatewayProxyEvent>().toExtend<LambdaEvent>()
  expectTypeOf<APIGatewayProxyEventV2>().toExtend<LambdaEvent>()
  expectTypeOf<LambdaFunctionURLEvent>().toExtend<LambdaEvent>()
  expectTypeOf<ALBEvent>().toExtend<LambdaEvent>()
  expectTypeOf<SQSEvent>().not.toExtend<LambdaEvent>()
})

test('the answer is one that AWS takes', () => {
  expectTypeOf<LambdaAnswer>().toExtend<APIGatewayProxyResult>()
  expectTypeOf<LambdaAnswer>().toExtend<APIGatewayProxyStructuredResultV2>()
  expectTypeOf<LambdaAnswer>().toExtend<ALBResult>()
})

test('the handler is a handler of AWS', () => {
  const handler = webhookHandler(receiver)
  expectTypeOf(handler).toExtend<APIGatewayProxyHandler>()
  expectTypeOf(handler).toExtend<APIGatewayProxyHandlerV2>()
  expectTypeOf(handler).toExtend<LambdaFunctionURLHandler>()
  expectTypeOf(handler).toExtend<ALBHandler>()
})

test('the handler is called with the event and the context, as tests do', () => {
  const handler = webhookHandler(receiver)
  expectTypeOf(handler).toBeCallableWith({} as ALBEvent, {} as Context)
  expectTypeOf(handler).toBeCallableWith({} as ALBEvent)
})

test('a receiver with a catalog of its own fits', () => {
  const paid = ainexlayerEvents['user.created']
  webhookHandler(createReceiver({ secret: 'whsec_', events: { 'billing.paid': paid } }))
})
