import { changes, count, eventSchema, id, openEnum, time } from './event-schema.ts'
import * as z from './zod.ts'

const failure = () =>
  z.looseObject({
    code: z.string(),
    message: z.string(),
    details: z
      .looseObject({ field: z.string().optional(), reason: z.string().optional() })
      .optional(),
  })

/** The schemas of the five document events. Their `data` has the shape that the REST API gives a document. */
export const documentEvents = /* @__PURE__ */ (() => ({
  /** A document was uploaded to a workspace. */
  'document.uploaded': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      type: z.string().optional(),
      workspaceId: id(),
      status: openEnum('uploaded').optional(),
      size: count().optional(),
      mimeType: z.string().optional(),
      uploadedBy: id().optional(),
      createdAt: time().optional(),
    }),
  ),
  /** A document was processed and can be chatted with. */
  'document.processed': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      type: z.string().optional(),
      workspaceId: id(),
      status: openEnum('processed').optional(),
      pageCount: count().optional(),
      wordCount: count().optional(),
      tokenCount: count().optional(),
      chunkCount: count().optional(),
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
      type: z.string().optional(),
      workspaceId: id(),
      status: openEnum('failed').optional(),
      error: failure().optional(),
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
      deletedBy: id().optional(),
      deletedAt: time().optional(),
    }),
  ),
  /** The metadata of a document changed. */
  'document.updated': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      type: z.string().optional(),
      workspaceId: id(),
      changes: changes().optional(),
      updatedBy: id().optional(),
      updatedAt: time().optional(),
    }),
  ),
}))()
