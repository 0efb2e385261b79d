import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export default {
  turbopack: { root: resolve(dirname(fileURLToPath(import.meta.url)), '../../../..') },
}
