import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** Where a field comes from: the platform's documentation, or this project. */
export const origins = ['published', 'word published', 'proposed'] as const

/** A field of an event, and what core says of it. */
export interface DeclaredField {
  readonly name: string
  readonly type: string
  readonly about: string
  readonly origin: (typeof origins)[number]
}

/** The type of an event's data, as core declares it. */
export interface DeclaredEvent {
  readonly source: string
  readonly fields: readonly DeclaredField[]
}

const Declarations = z.record(
  z.string(),
  z.object({
    source: z.string(),
    fields: z.array(
      z.object({ name: z.string(), type: z.string(), about: z.string(), origin: z.enum(origins) }),
    ),
  }),
)

let read: Readonly<Record<string, DeclaredEvent>> | undefined

/** The declarations of the 19 events, which `events.json` holds: made from core's own by a test. */
export const eventDeclarations = (): Readonly<Record<string, DeclaredEvent>> => {
  const file = fileURLToPath(new URL('./assets/events.json', import.meta.url))
  read ??= Declarations.parse(JSON.parse(readFileSync(file, 'utf8')))
  return read
}
