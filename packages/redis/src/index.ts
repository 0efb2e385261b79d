export type { IoredisClient, NodeRedisClient, RedisClient, ScriptOptions } from './client.ts'
export type { RedisStoreOptions } from './redis-store.ts'
export { redisStore } from './redis-store.ts'
