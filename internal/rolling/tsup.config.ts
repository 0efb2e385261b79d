import { defineConfig } from 'tsup'

/** The processes of a version run the built packages, as they would in production. */
export default defineConfig({
  entry: {
    'version-main': 'src/version-main.ts',
    'service-main': 'src/shutdown/service-main.ts',
  },
  format: 'esm',
  target: 'node20',
  clean: true,
  // Private, and not built: it is bundled.
  noExternal: ['@ainexlayer/webhooks-crash'],
})
