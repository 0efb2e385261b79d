import { cp } from 'node:fs/promises'
import { defineConfig } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

export default defineConfig(
  packageBuild(
    { index: 'src/index.ts', cli: 'src/cli.ts' },
    {
      // The contract is private: its code becomes part of this package, and by `paths` its types do too.
      noExternal: ['@ainexlayer/webhooks-contract'],
      // `import.meta.url` in CommonJS: the dashboard finds its files by it.
      shims: true,
      onSuccess: () => cp('src/dashboard/assets', 'dist/assets', { recursive: true }),
    },
  ),
)
