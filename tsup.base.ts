import type { Options } from 'tsup'

/** How every published package is built: ESM and CJS with types for each, for Node 20 and later. */
export const packageBuild = (entry: Record<string, string>, options: Options = {}): Options => ({
  entry,
  format: ['esm', 'cjs'],
  // Declarations take most of a build's time: the demo and the tests, which run on sources, go without.
  dts: process.env['NO_DTS'] !== '1',
  // Without shared chunks a class imported from two subpaths would be two classes in CJS.
  splitting: true,
  clean: true,
  treeshake: true,
  target: 'node20',
  // What is built reads like its source; maps would weigh as much again.
  sourcemap: false,
  ...options,
})
