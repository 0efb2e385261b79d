export type { ApiRateLimit } from './api/access.ts'
export { Problem } from './api/problem.ts'
export type { Attempt, AttemptError, AttemptOptions, Endpoint } from './delivery/attempt.ts'
export { attemptDelivery } from './delivery/attempt.ts'
export type { Clock } from './delivery/clock.ts'
export { systemClock } from './delivery/clock.ts'
export type { DeliverOptions, Delivery } from './delivery/deliver.ts'
export { deliver } from './delivery/deliver.ts'
export type { RetrySchedule } from './delivery/retry-schedule.ts'
export { retryPresets } from './delivery/retry-schedule.ts'
export type { VirtualClock } from './delivery/virtual-clock.ts'
export { virtualClock } from './delivery/virtual-clock.ts'
export type { EmitInput, Emitted } from './dispatch/emit.ts'
export type { Fault } from './faults/fault.ts'
export { faultSchema } from './faults/fault-schema.ts'
export type { Message, MessageInput } from './message/message.ts'
export { createMessage, newMessageId } from './message/message.ts'
export type {
  Observe,
  ScenarioName,
  ScenarioOptions,
  ScenarioVerdict,
  Target,
  VerdictRow,
} from './scenarios/index.ts'
export { formatVerdict, observeUrl, runScenario, scenarioNames } from './scenarios/index.ts'
export type { Listening, Sender, SenderOptions } from './sender.ts'
export { createSender } from './sender.ts'
export type { NetworkErrorCode, PostResponse } from './wire/answer.ts'
