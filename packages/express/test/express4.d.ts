/** Express 4 under a name of its own; its types are near enough to those of Express 5 for these tests. */
declare module 'express4' {
  import express from 'express'

  export default express
}
