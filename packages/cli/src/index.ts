export { main } from './main.ts'
export type { InputStream, OutputStream, World } from './world/world.ts'
