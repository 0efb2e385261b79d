import { createReceiver, PermanentFailure, RetryLater } from '@ainexlayer/webhooks'
import type { Platform } from './platform.ts'

/** What the app does with webhooks: the code under test. */
export const createAppReceiver = (
  secret: string,
  platform: Platform,
  announce: (text: string) => void,
) =>
  createReceiver({ secret }).on('document.processed', async (event) => {
    const answer = await platform.workspaceName(event.data.workspaceId)
    if (answer.status === 429) throw new RetryLater(answer.retryAfterSeconds)
    if (answer.status === 404) throw new PermanentFailure('the workspace is gone')
    announce(`${event.data.name ?? 'A document'} is ready in ${answer.name}`)
  })
