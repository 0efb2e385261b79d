/**
 * The folders and files at the top of each package's `src`, low to high: each imports only from those
 * before it, types included. Entries in one array stand side by side and do not import each other.
 * A package without folders needs no entry here.
 *
 * @type {Readonly<Record<string, readonly (string | readonly string[])[]>>}
 */
export const folderOrder = {
  'packages/core': [
    'errors',
    'check-options',
    'encoding',
    'async',
    'events',
    'signature',
    'idempotency',
    'testing',
    'verify',
    'diagnose',
    'delivery',
    'web',
    'pipeline',
    'receiver',
    ['node', 'queue'],
    'index',
  ],
  'packages/sender': [
    'errors',
    'faults',
    'message',
    'wire',
    'delivery',
    'store',
    'stream',
    'dispatch',
    'scenarios',
    'api',
    'routes',
    'app',
    'dashboard',
    'lazy-dashboard',
    'sender-options',
    'sender',
    ['index', 'cli'],
  ],
  'packages/client': [
    'model',
    'errors',
    'options',
    'http',
    'resources',
    'client',
    'index',
    // An entry of its own, which knows the contract alone.
    'msw',
  ],
  'packages/cli': [
    'world',
    'errors',
    'output',
    'input',
    ['capture', 'http'],
    'exercise',
    'commands',
    'program',
    'main',
    ['index', 'bin'],
  ],
  'internal/contract': ['values', 'shapes', 'rules', 'index'],
  'internal/benchmarks': [
    ['table', 'rounds', 'payload', 'machine', 'hand-written'],
    ['http', 'workerd', 'same-work', 'sender'],
    'tables',
    ['main', 'budgets'],
  ],
  'internal/crash': [
    ['store-kind', 'breakable-proxy', 'free-port', 'end-with-this-process', 'failover', 'deliver'],
    ['own-redis', 'postgres-pair', 'receiver-process'],
    'redis-cluster',
    ['receiver-main', 'soak', 'outage', 'index'],
  ],
  'internal/rolling': [
    ['queue-kind', 'traffic', 'version-process'],
    ['version-main', 'main', 'shutdown'],
  ],
  'internal/runtimes': [
    'install-packages',
    'install-runtimes',
    'ask-worker',
    ['core', 'hono', 'otel', 'sqlite'],
    'environments',
  ],
}
