import * as z from 'zod'

/** One of the known values, with completion, or a value that a later version of the platform adds. */
export type OpenEnum<Known extends string> = Known | (string & Record<never, never>)

/** A schema that accepts every text; the known values complete in the editor and stand in its JSON Schema as examples. */
export const openEnum = <const Known extends string>(
  ...known: readonly [Known, ...Known[]]
): z.ZodType<OpenEnum<Known>> => {
  const text: z.ZodType<string> = z.string().meta({ examples: [...known] })
  return text as z.ZodType<OpenEnum<Known>>
}
