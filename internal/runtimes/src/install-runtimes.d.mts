/** Installs what is missing, and returns the path of each runtime's binary by its name. */
export declare const installRuntimes: () => Record<
  'node-20' | 'node-22' | 'node-24' | 'node-26' | 'bun' | 'deno' | 'workerd',
  string
>
