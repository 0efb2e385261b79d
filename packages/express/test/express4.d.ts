/** Express 4 under its own name; its types are close enough to those of Express 5 for these tests. */
declare module 'express4' {
  import express from 'express'

  export default express
}
