export { type BreakableProxy, startProxy } from './breakable-proxy.ts'
export { type Answers, answersLine, deliverUntilDone } from './deliver.ts'
export {
  deliverThroughFailover,
  type Failover,
  type FailoverCount,
  type FailoverPlan,
  sendThroughFailover,
} from './failover.ts'
export { hasRedisBinary, type OwnRedis, startRedis } from './own-redis.ts'
export { type PostgresPair, postgresFolder, startPostgresPair } from './postgres-pair.ts'
export type { ReceiverProcess, ReceiverSettings, Report } from './receiver-process.ts'
export { startReceiver } from './receiver-process.ts'
export {
  type RedisGroup,
  sentinelName,
  startRedisCluster,
  startRedisSentinels,
} from './redis-cluster.ts'
export type { Effect, OpenStore, StoreKind, StorePlace } from './store-kind.ts'
export { openStore, storeKinds } from './store-kind.ts'
