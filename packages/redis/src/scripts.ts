/**
 * The store's operations, each a single script and therefore atomic. They answer one string, because clients map
 * arrays and numbers to other types (RESP3, type mappings). One hash for each key (safe in a
 * cluster): `s` state (0 released, 1 in flight, 2 done), `t` token, `n` run, `f` fingerprint,
 * `l` end of the lease in the server's milliseconds (none in state 2), `r` the result after `=`.
 */
const now = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`

/**
 * Redis at its `maxmemory` refuses HSET, unless the script has written before by a command that needs no memory. What
 * the owner of a claim does makes nothing larger: refused, an event that was handled while the memory filled up would
 * run again. (The lease is written anew, and what is done needs none.)
 */
const evenWhenFull = `redis.call('HDEL', KEYS[1], 'l')
`

/** A record is kept at least as long as its lease, however short the retention is. */
const keepWhileLeased = `if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
`

/** KEYS key; ARGV token, fingerprint, leaseMs, retentionMs. Returns JSON: kind, run, fingerprint, and the remaining lease or the result. */
export const claimScript = `${now}
local s, tk, n, fp, lease, result = unpack(redis.call('HMGET', KEYS[1], 's', 't', 'n', 'f', 'l', 'r'))
if s == '2' then return cjson.encode({'done', n, fp, result or ''}) end
local ours = s == '1' and tk == ARGV[1]
local left = s and tonumber(lease) - now or 0
if left > 0 and not ours then return cjson.encode({'in_flight', n, fp, tostring(left)}) end
if s and not ours and fp ~= ARGV[2] then return cjson.encode({'released', n, fp, ''}) end
local run = 1
if s then
  run = ours and tonumber(n) or tonumber(n) + 1
  if result then redis.call('HDEL', KEYS[1], 'r') end
end
redis.call('HSET', KEYS[1], 's', '1', 't', ARGV[1], 'n', run, 'f', ARGV[2], 'l', now + tonumber(ARGV[3]))
redis.call('PEXPIRE', KEYS[1], math.max(tonumber(ARGV[3]), tonumber(ARGV[4])))
return '["claimed","' .. run .. '","",""]'`

/** KEYS key; ARGV token, leaseMs. Returns \`yes\`, or \`no\` for a stale token. */
export const renewScript = `${now}
local s, tk = unpack(redis.call('HMGET', KEYS[1], 's', 't'))
if s ~= '1' or tk ~= ARGV[1] then return 'no' end
${evenWhenFull}redis.call('HSET', KEYS[1], 'l', now + tonumber(ARGV[2]))
${keepWhileLeased}return 'yes'`

/** KEYS key; ARGV token, result after \`=\` or nothing. The time to live stays as the claim set it. */
export const completeScript = `
local s, tk = unpack(redis.call('HMGET', KEYS[1], 's', 't'))
if not s or s == '0' or tk ~= ARGV[1] then return 'no' end
${evenWhenFull}redis.call('HSET', KEYS[1], 's', '2')
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'r', ARGV[2]) end
return 'yes'`

/** KEYS key; ARGV token, delayMs. */
export const releaseScript = `${now}
local s, tk = unpack(redis.call('HMGET', KEYS[1], 's', 't'))
if s ~= '1' or tk ~= ARGV[1] then return 'no' end
${evenWhenFull}redis.call('HSET', KEYS[1], 's', '0', 'l', now + tonumber(ARGV[2]))
${keepWhileLeased}return 'yes'`

/** KEYS key. Deletes what is done or released. */
export const forgetScript = `
local s = redis.call('HGET', KEYS[1], 's')
if not s or s == '1' then return 'no' end
redis.call('DEL', KEYS[1])
return 'yes'`
