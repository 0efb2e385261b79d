import { changes, eventSchema, id, openEnum, time } from './event-schema.ts'
import * as z from './zod.ts'

/** The schemas of the five workspace events. */
export const workspaceEvents = /* @__PURE__ */ (() => ({
  /** A workspace was created. */
  'workspace.created': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      slug: z.string().optional(),
      createdBy: id().optional(),
      createdAt: time().optional(),
    }),
  ),
  /** The settings of a workspace changed. */
  'workspace.updated': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
      changes: changes().optional(),
      updatedBy: id().optional(),
      updatedAt: time().optional(),
    }),
  ),
  /** A workspace was deleted. */
  'workspace.deleted': eventSchema(() =>
    z.looseObject({
      id: id(),
      name: z.string().optional(),
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
      addedBy: id().optional(),
      addedAt: time().optional(),
    }),
  ),
  /** A user was removed from a workspace. */
  'workspace.user.removed': eventSchema(() =>
    z.looseObject({
      workspaceId: id(),
      userId: id(),
      removedBy: id().optional(),
      removedAt: time().optional(),
    }),
  ),
}))()
