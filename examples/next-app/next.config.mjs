import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export default {
  // Only because this app lives in the SDK's workspace.
  turbopack: { root: resolve(dirname(fileURLToPath(import.meta.url)), '../..') },
}
