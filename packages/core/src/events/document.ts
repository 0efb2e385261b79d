import * as z from 'zod'
import { changes, count, eventSchema, id, openEnum, time } from './event-schema.ts'

const failure = () =>
  z.looseObject({
    /** A stable code, such as `UNSUPPORTED_FILE`. */
    code: z.string(),
    /** What happened, for people. */
    message: z.string(),
    /** The field that is at fault, where there is one. */
    details: z
      .looseObject({ field: z.string().optional(), reason: z.string().optional() })
      .optional(),
  })

/** The five document events. Their `data` has the shape that the REST API gives a document. */
export const documentEvents = /* @__PURE__ */ (() => ({
  /** A document was uploaded to a workspace. */
  'document.uploaded': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      /** The kind of file, such as `pdf`. */
      type: z.string().optional(),
      workspaceId: id(),
      status: openEnum('uploaded').optional(),
      /** Bytes. */
      size: count().optional(),
      mimeType: z.string().optional(),
      /** The id of the user. */
      uploadedBy: id().optional(),
      createdAt: time().optional(),
    }),
  ),
  /** A document was processed and can be chatted with. */
  'document.processed': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      /** The kind of file, such as `pdf`. */
      type: z.string().optional(),
      workspaceId: id(),
      status: openEnum('processed').optional(),
      pageCount: count().optional(),
      wordCount: count().optional(),
      tokenCount: count().optional(),
      chunkCount: count().optional(),
      /** Milliseconds. */
      processingTimeMs: count().optional(),
      createdAt: time().optional(),
      processedAt: time().optional(),
    }),
  ),
  /** A document could not be processed. */
  'document.failed': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      /** The kind of file, such as `pdf`. */
      type: z.string().optional(),
      workspaceId: id(),
      status: openEnum('failed').optional(),
      error: failure().optional(),
      /** Whether uploading it again may help. */
      retryable: z.boolean().optional(),
      createdAt: time().optional(),
      failedAt: time().optional(),
    }),
  ),
  /** A document was deleted from a workspace. */
  'document.deleted': eventSchema(() =>
    z.looseObject({
      id: id(),
      workspaceId: id(),
      name: z.string().optional(),
      /** The id of the user. */
      deletedBy: id().optional(),
      deletedAt: time().optional(),
    }),
  ),
  /** The metadata of a document changed. */
  'document.updated': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      /** The kind of file, such as `pdf`. */
      type: z.string().optional(),
      workspaceId: id(),
      /** The names of the fields that changed. */
      changes: changes().optional(),
      /** The id of the user. */
      updatedBy: id().optional(),
      updatedAt: time().optional(),
    }),
  ),
}))()
