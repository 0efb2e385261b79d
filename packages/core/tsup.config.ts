import { defineConfig } from 'tsup'
import { packageBuild } from '../../tsup.base.ts'

export default defineConfig(
  packageBuild(
    {
      index: 'src/index.ts',
      events: 'src/events/index.ts',
      store: 'src/idempotency/index.ts',
      queue: 'src/queue/index.ts',
      web: 'src/web/index.ts',
      node: 'src/node/index.ts',
      diagnose: 'src/diagnose/index.ts',
      testing: 'src/testing/index.ts',
      'crypto.node': 'src/signature/crypto.node.ts',
      'crypto.web': 'src/signature/crypto.web.ts',
    },
    { external: [/^#/] },
  ),
)
