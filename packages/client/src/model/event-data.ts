import type { OpenEnum } from './open-enum.ts'

/** Fields beyond those that are known. */
interface More {
  [field: string]: unknown
}

interface DocumentData extends More {
  id: string
  workspaceId: string
  name?: string | undefined
  /** The kind of file, such as `pdf`. */
  type?: string | undefined
}

interface WorkspaceData extends More {
  id: string
  name?: string | undefined
}

interface UserData extends More {
  id: string
  username?: string | undefined
}

interface Message extends More {
  id: string
  conversationId: string
  workspaceId: string
  content?: string | undefined
  createdAt?: string | undefined
}

interface Conversation extends More {
  /** The conversation's. */
  id: string
  workspaceId: string
  userId?: string | undefined
  createdAt?: string | undefined
}

/** The `data` of each event of the platform. Times are ISO 8601. */
export interface EventData {
  'document.uploaded': DocumentData & {
    status?: OpenEnum<'uploaded'> | undefined
    /** Bytes. */
    size?: number | undefined
    mimeType?: string | undefined
    uploadedBy?: string | undefined
    createdAt?: string | undefined
  }
  'document.processed': DocumentData & {
    status?: OpenEnum<'processed'> | undefined
    pageCount?: number | undefined
    wordCount?: number | undefined
    tokenCount?: number | undefined
    chunkCount?: number | undefined
    /** Milliseconds. */
    processingTimeMs?: number | undefined
    createdAt?: string | undefined
    processedAt?: string | undefined
  }
  'document.failed': DocumentData & {
    status?: OpenEnum<'failed'> | undefined
    error?:
      | (More & {
          code: string
          message: string
          details?: (More & { field?: string | undefined; reason?: string | undefined }) | undefined
        })
      | undefined
    retryable?: boolean | undefined
    createdAt?: string | undefined
    failedAt?: string | undefined
  }
  'document.deleted': More & {
    id: string
    workspaceId: string
    name?: string | undefined
    deletedBy?: string | undefined
    deletedAt?: string | undefined
  }
  'document.updated': DocumentData & {
    updatedBy?: string | undefined
    updatedAt?: string | undefined
  }
  'chat.message': Message & { role?: OpenEnum<'user'> | undefined; userId?: string | undefined }
  'chat.conversation.started': Conversation & { title?: string | undefined }
  'chat.conversation.ended': Conversation & {
    messageCount?: number | undefined
    reason?: OpenEnum<'user' | 'timeout' | 'deleted'> | undefined
    endedAt?: string | undefined
  }
  'chat.response.generated': Message & {
    role?: OpenEnum<'assistant'> | undefined
    inReplyTo?: string | undefined
    model?: string | undefined
    sources?:
      | (More & {
          title: string
          documentId?: string | undefined
          excerpt?: string | undefined
        })[]
      | undefined
    usage?:
      | (More & { promptTokens: number; completionTokens: number; totalTokens: number })
      | undefined
    /** Milliseconds. */
    latencyMs?: number | undefined
  }
  'workspace.created': WorkspaceData & {
    slug?: string | undefined
    createdBy?: string | undefined
    createdAt?: string | undefined
  }
  'workspace.updated': WorkspaceData & {
    updatedBy?: string | undefined
    updatedAt?: string | undefined
  }
  'workspace.deleted': WorkspaceData & {
    deletedBy?: string | undefined
    deletedAt?: string | undefined
  }
  'workspace.user.added': More & {
    workspaceId: string
    userId: string
    role?: OpenEnum<'admin' | 'manager'> | undefined
    addedBy?: string | undefined
    addedAt?: string | undefined
  }
  'workspace.user.removed': More & {
    workspaceId: string
    userId: string
    removedBy?: string | undefined
    removedAt?: string | undefined
  }
  'user.created': UserData & {
    email?: string | undefined
    role?: OpenEnum<'admin' | 'manager'> | undefined
    about?: string | undefined
    createdBy?: string | undefined
    createdAt?: string | undefined
  }
  'user.updated': UserData & {
    email?: string | undefined
    role?: OpenEnum<'admin' | 'manager'> | undefined
    updatedBy?: string | undefined
    updatedAt?: string | undefined
  }
  'user.deleted': UserData & { deletedBy?: string | undefined; deletedAt?: string | undefined }
  'user.login': More & {
    userId: string
    username?: string | undefined
    method?: OpenEnum<'password' | 'sso'> | undefined
    ipAddress?: string | undefined
    userAgent?: string | undefined
    sessionId?: string | undefined
    loggedInAt?: string | undefined
  }
  'user.logout': More & {
    userId: string
    username?: string | undefined
    sessionId?: string | undefined
    reason?: OpenEnum<'user' | 'expired' | 'revoked'> | undefined
    loggedOutAt?: string | undefined
  }
}
