export { webhookHandler } from './pages-handler.ts'
