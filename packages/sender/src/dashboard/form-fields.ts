import type { Context } from 'hono'

/** The fields of a form. */
export interface FormFields {
  /** One field; an empty text where there is none. */
  text(name: string): string
  /** All fields of a name. */
  all(name: string): readonly string[]
  /** A field as a number; undefined where it is empty. NaN is refused by the API, with the field's name. */
  number(name: string): number | undefined
  entries(): readonly (readonly [name: string, value: string])[]
}

/** Reads the fields of a form; files are left out. */
export const formFields = async (c: Context): Promise<FormFields> => {
  const parsed = await c.req.parseBody({ all: true })
  const all = (name: string): readonly string[] =>
    [parsed[name] ?? []].flat().filter((value) => typeof value === 'string')
  return {
    text: (name) => all(name)[0]?.trim() ?? '',
    all,
    number: (name) => {
      const text = all(name)[0]?.trim() ?? ''
      return text === '' ? undefined : Number(text)
    },
    entries: () =>
      Object.keys(parsed).flatMap((name) => all(name).map((value) => [name, value] as const)),
  }
}
