export { platformHandlers } from './platform-handlers.ts'
export type { PlatformHandlersOptions } from './platform-options.ts'
