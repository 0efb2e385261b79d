import { changes, eventSchema, id, openEnum, time } from './event-schema.ts'
import * as z from './zod.ts'

const role = () => openEnum('admin', 'manager')

/** The schemas of the five user events. `username`, `email`, `ipAddress` and `userAgent` are personal data. */
export const userEvents = /* @__PURE__ */ (() => ({
  /** A user was registered. */
  'user.created': eventSchema(() =>
    z.looseObject({
      id: id(),
      username: z
        .string()
        .regex(/^[a-z0-9._-]+$/)
        .optional(),
      email: z.string().optional(),
      role: role().optional(),
      about: z.string().optional(),
      createdBy: id().optional(),
      createdAt: time().optional(),
    }),
  ),
  /** The profile of a user changed. */
  'user.updated': eventSchema(() =>
    z.looseObject({
      id: id(),
      username: z.string().optional(),
      email: z.string().optional(),
      role: role().optional(),
      changes: changes().optional(),
      updatedBy: id().optional(),
      updatedAt: time().optional(),
    }),
  ),
  /** The account of a user was deleted. */
  'user.deleted': eventSchema(() =>
    z.looseObject({
      id: id(),
      username: z.string().optional(),
      deletedBy: id().optional(),
      deletedAt: time().optional(),
    }),
  ),
  /** A user logged in. */
  'user.login': eventSchema(() =>
    z.looseObject({
      userId: id(),
      username: z.string().optional(),
      method: openEnum('password', 'sso').optional(),
      ipAddress: z.string().optional(),
      userAgent: z.string().optional(),
      sessionId: id().optional(),
      loggedInAt: time().optional(),
    }),
  ),
  /** A user logged out. */
  'user.logout': eventSchema(() =>
    z.looseObject({
      userId: id(),
      username: z.string().optional(),
      sessionId: id().optional(),
      reason: openEnum('user', 'expired', 'revoked').optional(),
      loggedOutAt: time().optional(),
    }),
  ),
}))()
