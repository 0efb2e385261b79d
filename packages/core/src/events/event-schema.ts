import type * as z from 'zod'
import type { KnownFields } from './known-fields.ts'
import type { StandardSchema } from './standard-schema.ts'

/** The schema of one event's `data`: a Standard Schema, and the zod schema behind it. */
export interface EventSchema<Zod extends z.ZodType>
  extends StandardSchema<KnownFields<z.output<Zod>>> {
  /** The zod schema, built when it is first asked for. Extend it to replace an event of the catalog. */
  readonly schema: Zod
}

/** Puts off the building of a zod schema until it is used: a receiver pays for the events it gets. */
export const eventSchema = <Zod extends z.ZodType>(build: () => Zod): EventSchema<Zod> => {
  let built: Zod | undefined
  const schema = () => (built ??= build())
  return {
    get schema() {
      return schema()
    },
    '~standard': {
      version: 1,
      vendor: 'zod',
      validate: (value) => {
        const result = schema().safeParse(value)
        return result.success
          ? { value: result.data as KnownFields<z.output<Zod>> }
          : { issues: result.error.issues }
      },
    },
  }
}
