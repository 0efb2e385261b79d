/**
 * The part of the Standard Schema specification (version 1) that a schema library must offer here:
 * zod 4, valibot, arktype and others do. A user's own zod, of whatever version, therefore fits.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** What a validation answers: the value, or what does not fit. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** One thing that does not fit, and where. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The type of the values that a schema accepts. */
export type OutputOf<Schema> = Schema extends StandardSchema<infer Output> ? Output : never

type Primitive = string | number | bigint | boolean | symbol | null | undefined

/**
 * A loose schema's type without its index signature, at every depth: unknown fields stay on the
 * object at run time, yet a misspelt field does not compile.
 */
export type KnownFields<T> = T extends Primitive
  ? T
  : T extends readonly (infer Item)[]
    ? KnownFields<Item>[]
    : T extends object
      ? { [Key in keyof T as string extends Key ? never : Key]: KnownFields<T[Key]> }
      : T
