import type { AinexlayerEvents } from '../events/catalog.ts'
import type { OutputOf } from '../events/standard-schema.ts'

/** An event as the sender writes it into the body. */
export interface EventBody<Type extends string, Data> {
  /** The id that is also signed in the headers. */
  readonly id: string
  readonly type: Type
  /** ISO 8601. */
  readonly timestamp: string
  readonly data: Data
}

/** The body of one of the platform's events. */
export type FixtureOf<Type extends keyof AinexlayerEvents> = EventBody<
  Type,
  OutputOf<AinexlayerEvents[Type]>
>

/** One valid body for each of the 19 events, each with an id of its own and every field that the sender may send. */
export const fixtures: { readonly [Type in keyof AinexlayerEvents]: FixtureOf<Type> } = {
  'document.uploaded': {
    id: 'msg_document_uploaded',
    type: 'document.uploaded',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'document-123',
      name: 'handbook.pdf',
      type: 'pdf',
      workspaceId: 'workspace-123',
      status: 'uploaded',
      size: 482133,
      mimeType: 'application/pdf',
      uploadedBy: 'user-123',
      createdAt: '2024-01-15T10:30:00Z',
    },
  },
  'document.processed': {
    id: 'msg_document_processed',
    type: 'document.processed',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'document-123',
      name: 'handbook.pdf',
      type: 'pdf',
      workspaceId: 'workspace-123',
      status: 'processed',
      pageCount: 12,
      wordCount: 5210,
      tokenCount: 7100,
      chunkCount: 34,
      processingTimeMs: 8421,
      createdAt: '2024-01-15T10:30:00Z',
      processedAt: '2024-01-15T10:30:09Z',
    },
  },
  'document.failed': {
    id: 'msg_document_failed',
    type: 'document.failed',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'document-123',
      name: 'handbook.pdf',
      type: 'pdf',
      workspaceId: 'workspace-123',
      status: 'failed',
      error: {
        code: 'UNSUPPORTED_FILE',
        message: 'The file could not be read',
      },
      retryable: false,
      createdAt: '2024-01-15T10:30:00Z',
      failedAt: '2024-01-15T10:30:09Z',
    },
  },
  'document.deleted': {
    id: 'msg_document_deleted',
    type: 'document.deleted',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'document-123',
      workspaceId: 'workspace-123',
      name: 'handbook.pdf',
      deletedBy: 'user-123',
      deletedAt: '2024-01-15T10:30:00Z',
    },
  },
  'document.updated': {
    id: 'msg_document_updated',
    type: 'document.updated',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'document-123',
      name: 'handbook-2024.pdf',
      type: 'pdf',
      workspaceId: 'workspace-123',
      changes: ['name'],
      updatedBy: 'user-123',
      updatedAt: '2024-01-16T08:00:00Z',
    },
  },
  'chat.message': {
    id: 'msg_chat_message',
    type: 'chat.message',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'message-123',
      conversationId: 'conversation-123',
      workspaceId: 'workspace-123',
      role: 'user',
      content: 'What is our leave policy?',
      userId: 'user-123',
      createdAt: '2024-01-15T10:30:00Z',
    },
  },
  'chat.conversation.started': {
    id: 'msg_chat_conversation_started',
    type: 'chat.conversation.started',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'conversation-123',
      workspaceId: 'workspace-123',
      title: 'Leave policy',
      userId: 'user-123',
      createdAt: '2024-01-15T10:30:00Z',
    },
  },
  'chat.conversation.ended': {
    id: 'msg_chat_conversation_ended',
    type: 'chat.conversation.ended',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'conversation-123',
      workspaceId: 'workspace-123',
      userId: 'user-123',
      messageCount: 6,
      reason: 'user',
      createdAt: '2024-01-15T10:30:00Z',
      endedAt: '2024-01-15T10:42:00Z',
    },
  },
  'chat.response.generated': {
    id: 'msg_chat_response_generated',
    type: 'chat.response.generated',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'message-124',
      conversationId: 'conversation-123',
      workspaceId: 'workspace-123',
      role: 'assistant',
      inReplyTo: 'message-123',
      content: 'You have 25 days.',
      model: 'gpt-4.1',
      sources: [
        {
          documentId: 'document-123',
          title: 'handbook.pdf',
        },
      ],
      usage: {
        promptTokens: 812,
        completionTokens: 64,
        totalTokens: 876,
      },
      latencyMs: 1830,
      createdAt: '2024-01-15T10:30:02Z',
    },
  },
  'workspace.created': {
    id: 'msg_workspace_created',
    type: 'workspace.created',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'workspace-123',
      name: 'My Workspace',
      slug: 'my-workspace',
      createdBy: 'user-123',
      createdAt: '2024-01-15T10:30:00Z',
    },
  },
  'workspace.updated': {
    id: 'msg_workspace_updated',
    type: 'workspace.updated',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'workspace-123',
      name: 'My Workspace',
      changes: ['name'],
      updatedBy: 'user-123',
      updatedAt: '2024-01-16T08:00:00Z',
    },
  },
  'workspace.deleted': {
    id: 'msg_workspace_deleted',
    type: 'workspace.deleted',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'workspace-123',
      name: 'My Workspace',
      deletedBy: 'user-123',
      deletedAt: '2024-01-17T08:00:00Z',
    },
  },
  'workspace.user.added': {
    id: 'msg_workspace_user_added',
    type: 'workspace.user.added',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      workspaceId: 'workspace-123',
      userId: 'user-456',
      role: 'manager',
      addedBy: 'user-123',
      addedAt: '2024-01-15T10:30:00Z',
    },
  },
  'workspace.user.removed': {
    id: 'msg_workspace_user_removed',
    type: 'workspace.user.removed',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      workspaceId: 'workspace-123',
      userId: 'user-456',
      removedBy: 'user-123',
      removedAt: '2024-01-15T10:30:00Z',
    },
  },
  'user.created': {
    id: 'msg_user_created',
    type: 'user.created',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'user-456',
      username: 'john.doe',
      email: 'john.doe@example.com',
      role: 'manager',
      about: 'Finance team',
      createdBy: 'user-123',
      createdAt: '2024-01-15T10:30:00Z',
    },
  },
  'user.updated': {
    id: 'msg_user_updated',
    type: 'user.updated',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'user-456',
      username: 'john.doe',
      email: 'john.doe@example.com',
      role: 'admin',
      changes: ['role'],
      updatedBy: 'user-123',
      updatedAt: '2024-01-16T08:00:00Z',
    },
  },
  'user.deleted': {
    id: 'msg_user_deleted',
    type: 'user.deleted',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      id: 'user-456',
      username: 'john.doe',
      deletedBy: 'user-123',
      deletedAt: '2024-01-17T08:00:00Z',
    },
  },
  'user.login': {
    id: 'msg_user_login',
    type: 'user.login',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      userId: 'user-456',
      username: 'john.doe',
      method: 'password',
      ipAddress: '203.0.113.7',
      userAgent: 'Mozilla/5.0',
      sessionId: 'session-789',
      loggedInAt: '2024-01-15T10:30:00Z',
    },
  },
  'user.logout': {
    id: 'msg_user_logout',
    type: 'user.logout',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
      userId: 'user-456',
      username: 'john.doe',
      sessionId: 'session-789',
      reason: 'user',
      loggedOutAt: '2024-01-15T18:00:00Z',
    },
  },
}
