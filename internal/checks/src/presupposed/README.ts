/** The samples of tests run in vitest. */
export { expect } from 'vitest'
