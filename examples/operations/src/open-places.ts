import type { Logger } from '@ainexlayer/webhooks'
import { postgresParking, postgresStore } from '@ainexlayer/webhooks-postgres'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import PgBoss from 'pg-boss'
import { bullmqPlace } from './bullmq-place.ts'
import { parkedPlace } from './parked-place.ts'
import { pgBossPlace } from './pg-boss-place.ts'
import { createAppReceiver, type Deliver } from './receiver.ts'

/** Where everything is. */
export interface Settings {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly secret: string
  /** The name of the queue on both engines. */
  readonly queue: string
  /** The schema of pg-boss, and of the tables. */
  readonly schema: string
  /** Default: the console. */
  readonly logger?: Logger
}

/** Opens the parking place and both queues, with what the app itself has of them. */
export const openPlaces = async (settings: Settings, deliver: Deliver) => {
  const { databaseUrl, redisUrl, secret, queue: name, schema, logger = console } = settings
  const boss = new PgBoss({ connectionString: databaseUrl, schema, schedule: false, max: 2 })
  boss.on('error', (error) => console.error(error.message))
  await boss.start()
  await boss.createQueue(name, { name, retryLimit: 1, retryDelay: 0 })

  const pool = new Pool({ connectionString: databaseUrl, max: 2 })
  const parking = postgresParking({ client: pool, table: `${schema}.ainexlayer_webhook_parked` })
  await parking.migrate()
  const store = postgresStore({ client: pool, table: `${schema}.ainexlayer_webhook_events` })
  await store.migrate()

  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
  redis.on('error', (error) => console.error(error.message))
  const queue = new Queue(name, { connection: redis })

  const receiver = createAppReceiver(deliver, { secret, store, logger, park: parking.park })
  return {
    places: [parkedPlace(parking, receiver), bullmqPlace(queue), pgBossPlace(boss, name, schema)],
    ...{ receiver, pool, store, redis, queue, boss },
    close: async () => {
      await queue.close()
      redis.disconnect()
      await boss.stop({ timeout: 2000, wait: true })
      await pool.end()
    },
  }
}
