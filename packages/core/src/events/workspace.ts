import * as z from 'zod'
import { changes, eventSchema, id, openEnum, time } from './event-schema.ts'

/** The five workspace events. */
export const workspaceEvents = /* @__PURE__ */ (() => ({
  /** A workspace was created. */
  'workspace.created': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      slug: z.string().optional(),
      /** The id of the user. */
      createdBy: id().optional(),
      createdAt: time().optional(),
    }),
  ),
  /** The settings of a workspace changed. */
  'workspace.updated': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      /** The names of the fields that changed. */
      changes: changes().optional(),
      /** The id of the user. */
      updatedBy: id().optional(),
      updatedAt: time().optional(),
    }),
  ),
  /** A workspace was deleted. */
  'workspace.deleted': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      /** The id of the user. */
      deletedBy: id().optional(),
      deletedAt: time().optional(),
    }),
  ),
  /** A user was added to a workspace. */
  'workspace.user.added': eventSchema(() =>
    z.looseObject({
      workspaceId: id(),
      userId: id(),
      role: openEnum('admin', 'manager').optional(),
      /** The id of the user who added them. */
      addedBy: id().optional(),
      addedAt: time().optional(),
    }),
  ),
  /** A user was removed from a workspace. */
  'workspace.user.removed': eventSchema(() =>
    z.looseObject({
      workspaceId: id(),
      userId: id(),
      /** The id of the user who removed them. */
      removedBy: id().optional(),
      removedAt: time().optional(),
    }),
  ),
}))()
