import { chatEvents } from './chat.ts'
import type { EventData } from './data/event-data.ts'
import { documentEvents } from './document.ts'
import type { EventSchema } from './event-schema.ts'
import type { StandardSchema } from './standard-schema.ts'
import { userEvents } from './user.ts'
import { workspaceEvents } from './workspace.ts'

/** The schema of each event's `data`, by event type. */
export interface EventCatalog {
  readonly [type: string]: StandardSchema
}

const schemas = /* @__PURE__ */ (() => ({
  ...documentEvents,
  ...chatEvents,
  ...workspaceEvents,
  ...userEvents,
}))()

/**
 * The catalog of the platform's own 19 events. A mapped type of its own, not the type of the constant: messages of the
 * compiler and hovers then read its name and those of the payloads, where they would unfold every schema.
 */
export type AinexlayerEvents = {
  readonly [Type in keyof EventData]: EventSchema<(typeof schemas)[Type]['schema'], EventData[Type]>
}

/**
 * The 19 events of the platform. Their names are the platform's; their payloads are this project's
 * proposal on the rule that `data` has the shape of the REST resource. Only ids are required, every
 * enumeration is open and unknown fields are kept. Spread it to add or replace a schema.
 *
 * @example
 * createReceiver({ secret, events: { ...ainexlayerEvents, 'billing.paid': mySchema } })
 */
export const ainexlayerEvents: AinexlayerEvents = schemas
