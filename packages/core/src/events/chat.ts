import { count, eventSchema, id, openEnum, time } from './event-schema.ts'
import * as z from './zod.ts'

const source = () =>
  z.looseObject({
    documentId: id().optional(),
    title: z.string(),
    excerpt: z.string().optional(),
  })

const usage = () =>
  z.looseObject({ promptTokens: count(), completionTokens: count(), totalTokens: count() })

/** The schemas of the four chat events. */
export const chatEvents = /* @__PURE__ */ (() => ({
  /** Somebody sent a chat message. `content` is personal data. */
  'chat.message': eventSchema(() =>
    z.looseObject({
      id: id(),
      conversationId: id(),
      workspaceId: id(),
      role: openEnum('user').optional(),
      content: z.string().optional(),
      userId: id().optional(),
      createdAt: time().optional(),
    }),
  ),
  /** A conversation was started; `id` is the conversation's. */
  'chat.conversation.started': eventSchema(() =>
    z.looseObject({
      id: id(),
      workspaceId: id(),
      title: z.string().optional(),
      userId: id().optional(),
      createdAt: time().optional(),
    }),
  ),
  /** A conversation ended; `id` is the conversation's. */
  'chat.conversation.ended': eventSchema(() =>
    z.looseObject({
      id: id(),
      workspaceId: id(),
      userId: id().optional(),
      messageCount: count().optional(),
      reason: openEnum('user', 'timeout', 'deleted').optional(),
      createdAt: time().optional(),
      endedAt: time().optional(),
    }),
  ),
  /** The assistant answered. `content` is personal data. */
  'chat.response.generated': eventSchema(() =>
    z.looseObject({
      id: id(),
      conversationId: id(),
      workspaceId: id(),
      role: openEnum('assistant').optional(),
      inReplyTo: id().optional(),
      content: z.string().optional(),
      model: z.string().optional(),
      sources: z.array(source()).optional(),
      usage: usage().optional(),
      latencyMs: count().optional(),
      createdAt: time().optional(),
    }),
  ),
}))()
