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
