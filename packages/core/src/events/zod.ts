/**
 * The part of zod that the schemas of the events use. The build makes one file of it (`#zod` in package.json), which
 * Node loads in a tenth of the time that zod's hundred files take; bundlers and other runtimes get zod itself, so that
 * nothing holds it twice.
 */
export type { output, ZodType } from 'zod'
export { array, boolean, int, iso, looseObject, string } from 'zod'
