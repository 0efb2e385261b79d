/** Usage: npx pnpm@12 start list [place] | inspect <place> <key> | replay <place> <key> | replay <place> all */
import { operate, usage } from './commands.ts'
import { openPlaces } from './open-places.ts'

const { env } = process
const secret = env['AINEXLAYER_WEBHOOK_SECRET']
if (secret === undefined) {
  console.error('Set AINEXLAYER_WEBHOOK_SECRET to the secret of your webhook.')
  process.exit(2)
}
const { places, close } = await openPlaces(
  {
    databaseUrl: env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
    redisUrl: env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    secret,
    queue: env['QUEUE'] ?? 'webhooks',
    schema: env['SCHEMA'] ?? 'pgboss',
  },
  async (text) => console.log(text),
)
try {
  const lines = await operate(places, process.argv.slice(2))
  console.log(lines?.join('\n') ?? usage)
  if (lines === undefined) process.exitCode = 2
} finally {
  await close()
}
