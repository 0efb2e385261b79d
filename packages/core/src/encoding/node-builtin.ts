/** The modules that are asked for. */
interface Builtins {
  readonly 'node:crypto': typeof import('node:crypto')
  readonly 'node:diagnostics_channel': typeof import('node:diagnostics_channel')
  readonly 'node:fs': typeof import('node:fs')
  readonly 'node:util': typeof import('node:util')
}

/**
 * A module of Node, found at run time: for what test environments such as Jest's jsdom hide, although Node is
 * underneath. Undefined on every other runtime, and before Node 20.16.
 */
export const nodeBuiltin = <Name extends keyof Builtins>(
  name: Name,
): Builtins[Name] | undefined => {
  try {
    return globalThis.process?.getBuiltinModule?.(name)
  } catch {
    // Next's edge runtime has a process of which each thing of Node throws when it is touched.
    return undefined
  }
}
