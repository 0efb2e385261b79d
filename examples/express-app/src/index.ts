export { createApp } from './app.ts'
export { createHandled, type Handled } from './handled.ts'
export { createAppReceiver } from './receiver.ts'
