export type { BodyRead, BodyReader, ReadLimits } from '../delivery/request.ts'
export { drainBody } from './drain-body.ts'
export type { FetchHandler, WaitUntilContext } from './fetch.ts'
export { webRequest } from './web-request.ts'
