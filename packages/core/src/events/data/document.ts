import type { OpenEnum } from '../event-schema.ts'

/** The `data` of `document.uploaded`: a document was uploaded to a workspace. */
export type DocumentUploaded = {
  /** The id of the document. Word published, place proposed. */
  id: string
  /** The name of the file. Word published, place proposed. */
  name?: string | undefined
  /** The kind of file, such as `pdf`. Word published, place proposed. */
  type?: string | undefined
  /** The id of the workspace that the document is in. Word published, place proposed. */
  workspaceId: string
  /** What has become of the document. Proposed by this project. */
  status?: OpenEnum<'uploaded'> | undefined
  /** The size of the file, in bytes. Proposed by this project. */
  size?: number | undefined
  /** The media type of the file. Proposed by this project. */
  mimeType?: string | undefined
  /** The id of the user who uploaded the document. Proposed by this project. */
  uploadedBy?: string | undefined
  /** When the document was uploaded, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
}

/** The `data` of `document.processed`: a document was processed and can be chatted with. */
export type DocumentProcessed = {
  /** The id of the document. Word published, place proposed. */
  id: string
  /** The name of the file. Word published, place proposed. */
  name?: string | undefined
  /** The kind of file, such as `pdf`. Word published, place proposed. */
  type?: string | undefined
  /** The id of the workspace that the document is in. Word published, place proposed. */
  workspaceId: string
  /** What has become of the document. Proposed by this project. */
  status?: OpenEnum<'processed'> | undefined
  /** How many pages the document has. Proposed by this project. */
  pageCount?: number | undefined
  /** How many words the document has. Proposed by this project. */
  wordCount?: number | undefined
  /** How many tokens the document has. Proposed by this project. */
  tokenCount?: number | undefined
  /** How many pieces the document was cut into. Proposed by this project. */
  chunkCount?: number | undefined
  /** How long processing took, in milliseconds. Proposed by this project. */
  processingTimeMs?: number | undefined
  /** When the document was uploaded, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
  /** When the document had been processed, in ISO 8601. Proposed by this project. */
  processedAt?: string | undefined
}

/** The `data` of `document.failed`: a document could not be processed. */
export type DocumentFailed = {
  /** The id of the document. Word published, place proposed. */
  id: string
  /** The name of the file. Word published, place proposed. */
  name?: string | undefined
  /** The kind of file, such as `pdf`. Word published, place proposed. */
  type?: string | undefined
  /** The id of the workspace that the document is in. Word published, place proposed. */
  workspaceId: string
  /** What has become of the document. Proposed by this project. */
  status?: OpenEnum<'failed'> | undefined
  /** What went wrong. Word published, place proposed. */
  error?: DocumentFailure | undefined
  /** Whether uploading it again may help. Proposed by this project. */
  retryable?: boolean | undefined
  /** When the document was uploaded, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
  /** When processing failed, in ISO 8601. Proposed by this project. */
  failedAt?: string | undefined
}

/** The `data` of `document.deleted`: a document was deleted from a workspace. */
export type DocumentDeleted = {
  /** The id of the document. Word published, place proposed. */
  id: string
  /** The id of the workspace that the document was in. Word published, place proposed. */
  workspaceId: string
  /** The name of the file. Word published, place proposed. */
  name?: string | undefined
  /** The id of the user who deleted the document. Proposed by this project. */
  deletedBy?: string | undefined
  /** When the document was deleted, in ISO 8601. Proposed by this project. */
  deletedAt?: string | undefined
}

/** The `data` of `document.updated`: the metadata of a document changed. */
export type DocumentUpdated = {
  /** The id of the document. Word published, place proposed. */
  id: string
  /** The name of the file. Word published, place proposed. */
  name?: string | undefined
  /** The kind of file, such as `pdf`. Word published, place proposed. */
  type?: string | undefined
  /** The id of the workspace that the document is in. Word published, place proposed. */
  workspaceId: string
  /** The names of the fields that changed. Proposed by this project. */
  changes?: string[] | undefined
  /** The id of the user who changed the metadata. Proposed by this project. */
  updatedBy?: string | undefined
  /** When the metadata changed, in ISO 8601. Proposed by this project. */
  updatedAt?: string | undefined
}

/** Why a document could not be processed. */
export type DocumentFailure = {
  /** A stable code, such as `UNSUPPORTED_FILE`. Word published, place proposed. */
  code: string
  /** What happened, for people. Word published, place proposed. */
  message: string
  /** The field that is at fault, where there is one. Word published, place proposed. */
  details?: DocumentFailureDetails | undefined
}

/** The field that is at fault. */
export type DocumentFailureDetails = {
  /** The name of the field. Word published, place proposed. */
  field?: string | undefined
  /** What is wrong with it. Word published, place proposed. */
  reason?: string | undefined
}
