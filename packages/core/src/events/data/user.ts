import type { OpenEnum } from '../event-schema.ts'

/** The `data` of `user.created`: a user was registered. */
export type UserCreated = {
  /** The id of the user. Word published, place proposed. */
  id: string
  /** The name to log in with: lower-case letters, digits, `.`, `_` and `-`; personal data. Word published, place proposed. */
  username?: string | undefined
  /** The user's address: personal data. Word published, place proposed. */
  email?: string | undefined
  /** The user's role. Word published, place proposed. */
  role?: OpenEnum<'admin' | 'manager'> | undefined
  /** What the profile says of the user. Word published, place proposed. */
  about?: string | undefined
  /** The id of the user who created them. Proposed by this project. */
  createdBy?: string | undefined
  /** When the user was registered, in ISO 8601. Word published, place proposed. */
  createdAt?: string | undefined
}

/** The `data` of `user.updated`: the profile of a user changed. */
export type UserUpdated = {
  /** The id of the user. Word published, place proposed. */
  id: string
  /** The name to log in with: personal data. Word published, place proposed. */
  username?: string | undefined
  /** The user's address: personal data. Word published, place proposed. */
  email?: string | undefined
  /** The user's role. Word published, place proposed. */
  role?: OpenEnum<'admin' | 'manager'> | undefined
  /** The names of the fields that changed. Proposed by this project. */
  changes?: string[] | undefined
  /** The id of the user who changed the profile. Proposed by this project. */
  updatedBy?: string | undefined
  /** When the profile changed, in ISO 8601. Proposed by this project. */
  updatedAt?: string | undefined
}

/** The `data` of `user.deleted`: the account of a user was deleted. */
export type UserDeleted = {
  /** The id of the user. Word published, place proposed. */
  id: string
  /** The name to log in with: personal data. Word published, place proposed. */
  username?: string | undefined
  /** The id of the user who deleted them. Proposed by this project. */
  deletedBy?: string | undefined
  /** When the account was deleted, in ISO 8601. Proposed by this project. */
  deletedAt?: string | undefined
}

/** The `data` of `user.login`: a user logged in. */
export type UserLogin = {
  /** The id of the user. Proposed by this project. */
  userId: string
  /** The name to log in with: personal data. Word published, place proposed. */
  username?: string | undefined
  /** How the user logged in. Proposed by this project. */
  method?: OpenEnum<'password' | 'sso'> | undefined
  /** The address that the user came from: personal data. Proposed by this project. */
  ipAddress?: string | undefined
  /** The browser that the user came with: personal data. Proposed by this project. */
  userAgent?: string | undefined
  /** The id of the session that began. Proposed by this project. */
  sessionId?: string | undefined
  /** When the user logged in, in ISO 8601. Proposed by this project. */
  loggedInAt?: string | undefined
}

/** The `data` of `user.logout`: a user logged out. */
export type UserLogout = {
  /** The id of the user. Proposed by this project. */
  userId: string
  /** The name to log in with: personal data. Word published, place proposed. */
  username?: string | undefined
  /** The id of the session that ended. Proposed by this project. */
  sessionId?: string | undefined
  /** Why the session ended. Proposed by this project. */
  reason?: OpenEnum<'user' | 'expired' | 'revoked'> | undefined
  /** When the user logged out, in ISO 8601. Proposed by this project. */
  loggedOutAt?: string | undefined
}
