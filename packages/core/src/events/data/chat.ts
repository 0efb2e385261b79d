import type { OpenEnum } from '../event-schema.ts'

/** The `data` of `chat.message`: somebody sent a chat message. */
export type ChatMessage = {
  /** The id of the message. Proposed by this project. */
  id: string
  /** The id of the conversation that the message is in. Proposed by this project. */
  conversationId: string
  /** The id of the workspace that the conversation is in. Word published, place proposed. */
  workspaceId: string
  /** Who wrote the message. Proposed by this project. */
  role?: OpenEnum<'user'> | undefined
  /** The text of the message: personal data. Proposed by this project. */
  content?: string | undefined
  /** The id of the user who wrote the message. Proposed by this project. */
  userId?: string | undefined
  /** When the message was written, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
}

/** The `data` of `chat.conversation.started`: a conversation was started. */
export type ChatConversationStarted = {
  /** The id of the conversation. Proposed by this project. */
  id: string
  /** The id of the workspace that the conversation is in. Word published, place proposed. */
  workspaceId: string
  /** The title of the conversation. Proposed by this project. */
  title?: string | undefined
  /** The id of the user who started the conversation. Proposed by this project. */
  userId?: string | undefined
  /** When the conversation was started, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
}

/** The `data` of `chat.conversation.ended`: a conversation ended. */
export type ChatConversationEnded = {
  /** The id of the conversation. Proposed by this project. */
  id: string
  /** The id of the workspace that the conversation is in. Word published, place proposed. */
  workspaceId: string
  /** The id of the user whose conversation it was. Proposed by this project. */
  userId?: string | undefined
  /** How many messages the conversation has. Proposed by this project. */
  messageCount?: number | undefined
  /** Why the conversation ended. Proposed by this project. */
  reason?: OpenEnum<'user' | 'timeout' | 'deleted'> | undefined
  /** When the conversation was started, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
  /** When the conversation ended, in ISO 8601. Proposed by this project. */
  endedAt?: string | undefined
}

/** The `data` of `chat.response.generated`: the assistant answered. */
export type ChatResponseGenerated = {
  /** The id of the message with the answer. Proposed by this project. */
  id: string
  /** The id of the conversation that the message is in. Proposed by this project. */
  conversationId: string
  /** The id of the workspace that the conversation is in. Word published, place proposed. */
  workspaceId: string
  /** Who wrote the message. Proposed by this project. */
  role?: OpenEnum<'assistant'> | undefined
  /** The id of the message that is answered. Proposed by this project. */
  inReplyTo?: string | undefined
  /** The text of the answer: personal data. Proposed by this project. */
  content?: string | undefined
  /** The model that answered. Proposed by this project. */
  model?: string | undefined
  /** The documents that the answer stands on. Proposed by this project. */
  sources?: ChatSource[] | undefined
  /** What the answer took, in tokens. Proposed by this project. */
  usage?: ChatUsage | undefined
  /** How long the answer took, in milliseconds. Proposed by this project. */
  latencyMs?: number | undefined
  /** When the answer was written, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
}

/** A document that an answer stands on. */
export type ChatSource = {
  /** The id of the document. Proposed by this project. */
  documentId?: string | undefined
  /** The title of the document. Proposed by this project. */
  title: string
  /** The passage. Proposed by this project. */
  excerpt?: string | undefined
}

/** What an answer took, in tokens. */
export type ChatUsage = {
  /** Tokens of the question. Proposed by this project. */
  promptTokens: number
  /** Tokens of the answer. Proposed by this project. */
  completionTokens: number
  /** Both. Proposed by this project. */
  totalTokens: number
}
