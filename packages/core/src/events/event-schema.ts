import type { KnownFields, StandardSchema } from './standard-schema.ts'
import * as z from './zod.ts'

/** The schema of one event's `data`: a Standard Schema, and the zod schema behind it. */
export interface EventSchema<Zod extends z.ZodType, Data = KnownFields<z.output<Zod>>>
  extends StandardSchema<Data> {
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

/** Builds a schema of the catalog now, so that the first delivery does not wait for it. */
export const buildSchema = (schema: StandardSchema | undefined): void => {
  if (schema !== undefined) Reflect.get(schema, 'schema')
}

/** An identifier: any text but the empty one. */
export const id = () => z.string().min(1)

/** A time in ISO 8601 with `Z` or an offset, kept as the text that was sent. */
export const time = () => z.iso.datetime({ offset: true })

/** A size or a count: an integer, 0 or more. */
export const count = () => z.int().min(0)

/** The names of the fields that changed. */
export const changes = () => z.array(z.string())

/** One of the known values, with completion, or a value that a later version of the platform adds. */
export type OpenEnum<Known extends string> = Known | (string & Record<never, never>)

/** A schema that accepts every text; the known values complete in the editor and stand in its JSON Schema as examples. */
export const openEnum = <const Known extends string>(
  ...known: readonly [Known, ...Known[]]
): z.ZodType<OpenEnum<Known>> => {
  const text: z.ZodType<string> = z.string().meta({ examples: [...known] })
  return text as z.ZodType<OpenEnum<Known>>
}
