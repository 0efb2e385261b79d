export type { LambdaAnswer, LambdaEvent } from './lambda-event.ts'
export type { LambdaRequestOptions } from './lambda-request.ts'
export { balancerAddress, lambdaAnswer, lambdaRequest } from './lambda-request.ts'
export { webhookHandler } from './webhook-handler.ts'
