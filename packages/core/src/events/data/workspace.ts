import type { OpenEnum } from '../event-schema.ts'

/** The `data` of `workspace.created`: a workspace was created. */
export type WorkspaceCreated = {
  /** The id of the workspace. Published. */
  id: string
  /** The name of the workspace. Published. */
  name?: string | undefined
  /** The name as it stands in addresses. Proposed by this project. */
  slug?: string | undefined
  /** The id of the user who created the workspace. Proposed by this project. */
  createdBy?: string | undefined
  /** When the workspace was created, in ISO 8601. Published. */
  createdAt?: string | undefined
}

/** The `data` of `workspace.updated`: the settings of a workspace changed. */
export type WorkspaceUpdated = {
  /** The id of the workspace. Published. */
  id: string
  /** The name of the workspace. Published. */
  name?: string | undefined
  /** The names of the fields that changed. Proposed by this project. */
  changes?: string[] | undefined
  /** The id of the user who changed the settings. Proposed by this project. */
  updatedBy?: string | undefined
  /** When the settings changed, in ISO 8601. Proposed by this project. */
  updatedAt?: string | undefined
}

/** The `data` of `workspace.deleted`: a workspace was deleted. */
export type WorkspaceDeleted = {
  /** The id of the workspace. Published. */
  id: string
  /** The name of the workspace. Published. */
  name?: string | undefined
  /** The id of the user who deleted the workspace. Proposed by this project. */
  deletedBy?: string | undefined
  /** When the workspace was deleted, in ISO 8601. Proposed by this project. */
  deletedAt?: string | undefined
}

/** The `data` of `workspace.user.added`: a user was added to a workspace. */
export type WorkspaceUserAdded = {
  /** The id of the workspace. Word published, place proposed. */
  workspaceId: string
  /** The id of the user who was added. Proposed by this project. */
  userId: string
  /** The user's role. Proposed by this project. */
  role?: OpenEnum<'admin' | 'manager'> | undefined
  /** The id of the user who added them. Proposed by this project. */
  addedBy?: string | undefined
  /** When the user was added, in ISO 8601. Proposed by this project. */
  addedAt?: string | undefined
}

/** The `data` of `workspace.user.removed`: a user was removed from a workspace. */
export type WorkspaceUserRemoved = {
  /** The id of the workspace. Word published, place proposed. */
  workspaceId: string
  /** The id of the user who was removed. Proposed by this project. */
  userId: string
  /** The id of the user who removed them. Proposed by this project. */
  removedBy?: string | undefined
  /** When the user was removed, in ISO 8601. Proposed by this project. */
  removedAt?: string | undefined
}
