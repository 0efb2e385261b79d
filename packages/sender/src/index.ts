export type { AttemptError, AttemptErrorCode, AttemptResponse } from '@ainexlayer/webhooks-contract'
export {
  type Fault,
  faultSchema,
  Problem,
  type ProblemCode,
  type RetrySchedule,
  retryPresets,
} from '@ainexlayer/webhooks-contract'
export type { ApiRateLimit } from './api/access.ts'
export type { Attempt, AttemptOptions, Endpoint } from './delivery/attempt.ts'
export { attemptDelivery } from './delivery/attempt.ts'
export type { Clock } from './delivery/clock.ts'
export { systemClock } from './delivery/clock.ts'
export type { VirtualClock } from './delivery/virtual-clock.ts'
export { virtualClock } from './delivery/virtual-clock.ts'
export type { EmitInput, Emitted } from './dispatch/emit.ts'
export type { EmitResult } from './dispatch/emit-many.ts'
export type { SenderErrorCode } from './errors/sender-error.ts'
export { SenderError } from './errors/sender-error.ts'
export type { Message, MessageInput } from './message/message.ts'
export { createMessage, newMessageId } from './message/message.ts'
export type {
  Observe,
  ObserveState,
  ScenarioInfo,
  ScenarioName,
  ScenarioNeed,
  ScenarioOptions,
  ScenarioVerdict,
  Target,
  VerdictRow,
} from './scenarios/index.ts'
export {
  formatVerdict,
  observeStateUrl,
  observeUrl,
  runScenario,
  scenarioCatalog,
  scenarioNames,
} from './scenarios/index.ts'
export type { Listening, Sender } from './sender.ts'
export { createSender } from './sender.ts'
export type { SenderOptions } from './sender-options.ts'
export type { NetworkErrorCode } from './wire/answer.ts'
