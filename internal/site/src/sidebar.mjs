import { publicEntries } from '@ainexlayer/webhooks-checks/public-entries'
import { referencePageOf } from './site-pages.mjs'

const section = (text, items, collapsed) => ({
  text,
  items: items.map(([name, page]) => ({ text: name, link: `/${page}` })),
  ...(collapsed === undefined ? {} : { collapsed }),
})

const packages = [
  ...['core', 'express', 'hono', 'next', 'fastify', 'lambda', 'redis', 'postgres', 'sqlite'],
  ...['bullmq', 'pg-boss', 'otel', 'client', 'sender', 'cli'],
]

/**
 * What stands at the left of each page, in the order of reading.
 *
 * @param {string} root the repository
 * @returns {{ text: string, items: { text: string, link: string }[], collapsed?: boolean }[]}
 */
export const sidebar = (root) => [
  section('Getting started', [
    ['What to choose', 'choose'],
    ['Express', 'start/express'],
    ['Hono', 'start/hono'],
    ['Next', 'start/next'],
    ['Fastify', 'start/fastify'],
    ['AWS Lambda', 'start/lambda'],
    ['Bare node:http', 'start/node'],
    ['Express and Postgres in production', 'start/express-postgres'],
  ]),
  section('While you write', [
    ['Options, context, logger', 'receiver'],
    ['How a delivery travels', 'how-a-delivery-travels'],
    ['Local development', 'local-development'],
    ['The dashboard', 'dashboard'],
    ['Testing your handlers', 'testing'],
    ['NestJS', 'recipes/nestjs'],
    ['Workers, Bun and Deno', 'recipes/workers-bun-deno'],
  ]),
  section('Genuine', [
    ['Verification', 'verification'],
    ['Wires', 'wires'],
    ['Schemas and test vectors', 'schemas'],
    ['What comes before the signature', 'requests'],
    ['Security model', 'security'],
    ['Error codes', 'errors'],
  ]),
  section('Once, and never lost', [
    ['Handled once', 'idempotency'],
    ['Queues', 'queues'],
  ]),
  section('In production', [
    ['Deployment', 'deployment'],
    ['Log, readiness, secrets', 'production'],
    ['Monitoring', 'monitoring'],
    ['Channels', 'channels'],
    ['Performance', 'performance'],
    ['Scaling', 'scaling'],
  ]),
  section('Coming from', [
    ['A hand-written handler', 'migrating/hand-written'],
    ['svix', 'migrating/svix'],
    ['standardwebhooks', 'migrating/standardwebhooks'],
    ['@octokit/webhooks', 'migrating/octokit'],
  ]),
  section(
    'Packages',
    packages.map((name) => [name, `packages/${name}`]),
    true,
  ),
  section(
    'Reference',
    publicEntries(root).map(({ name }) => [
      name.replace('@ainexlayer/', ''),
      referencePageOf(name).replace(/\.md$/, ''),
    ]),
    true,
  ),
]
