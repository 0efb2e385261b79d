import { StoreUnavailableError, WebhookConfigurationError } from '../errors.ts'
import { assertDuration } from './duration.ts'
import type { ClaimOutcome, ClaimRequest, IdempotencyStore, OwnedClaim } from './store.ts'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many events are remembered at most, default 100 000. The oldest handled ones go first. */
  readonly maxKeys?: number
  /** A clock in milliseconds that never goes back, default `performance.now()`. */
  readonly now?: () => number
}

interface Claim {
  state: 'released' | 'in_flight' | 'done'
  token: string
  attempt: number
  fingerprint: string
  leaseUntil: number
  expiresAt: number
  result: string | null
}

/**
 * Remembers handled events in this process: for development, tests and single-process servers. A
 * restart forgets everything, and two processes do not see each other's claims.
 *
 * Memory is bounded by `maxKeys`; a claim that is in flight is never dropped. When all of them are in
 * flight, `claim` throws `StoreUnavailableError`, and the receiver answers 503.
 */
export const memoryStore = (options: MemoryStoreOptions = {}): IdempotencyStore => {
  const maxKeys = options.maxKeys ?? 100_000
  const now = options.now ?? (() => performance.now())
  if (!(Number.isInteger(maxKeys) && maxKeys > 0)) {
    throw new WebhookConfigurationError(
      'option_invalid',
      `\`maxKeys\` is ${maxKeys}.`,
      'Pass a whole number of at least 1.',
    )
  }

  // Settled claims live in two generations: dropping the older one whole is cheap, where deleting the
  // first key of one large Map walks over every key deleted before it.
  const inFlight = new Map<string, Claim>()
  let young = new Map<string, Claim>()
  let old = new Map<string, Claim>()

  const kept = (key: string): Claim | undefined =>
    inFlight.get(key) ?? young.get(key) ?? old.get(key)

  const find = (key: string): Claim | undefined => {
    const claim = kept(key)
    return claim !== undefined && claim.expiresAt > now() ? claim : undefined
  }

  const makeRoom = (): void => {
    if (inFlight.size >= maxKeys) {
      for (const [key, claim] of inFlight) if (claim.leaseUntil <= now()) inFlight.delete(key)
      if (inFlight.size >= maxKeys)
        throw new StoreUnavailableError('The memory store is full of claims in flight.')
    }
    const room = maxKeys - inFlight.size - 1
    if (young.size + old.size <= room) return
    old = young
    young = new Map()
    if (old.size > room) old = new Map()
  }

  const remove = (key: string): void => {
    inFlight.delete(key)
    young.delete(key)
    old.delete(key)
  }

  const settle = (key: string, claim: Claim): void => {
    inFlight.delete(key)
    if (young.size >= maxKeys / 2) {
      old = young
      young = new Map()
    }
    young.set(key, claim)
  }

  const owned = ({ key, token }: OwnedClaim): Claim | undefined => {
    const claim = find(key)
    return claim?.token === token ? claim : undefined
  }

  const claim = (request: ClaimRequest): ClaimOutcome => {
    const { key, token, fingerprint, leaseMs, retentionMs } = request
    assertDuration('leaseMs', leaseMs)
    assertDuration('retentionMs', retentionMs)
    const at = now()
    const known = kept(key)
    const seen = known !== undefined && known.expiresAt > at ? known : undefined
    if (seen?.state === 'done') {
      return {
        kind: 'done',
        attempt: seen.attempt,
        fingerprint: seen.fingerprint,
        result: seen.result,
      }
    }
    const ours = seen?.state === 'in_flight' && seen.token === token
    if (seen !== undefined && !ours && seen.leaseUntil > at) {
      const leaseLeftMs = seen.leaseUntil - at
      return {
        kind: 'in_flight',
        attempt: seen.attempt,
        fingerprint: seen.fingerprint,
        leaseLeftMs,
      }
    }
    const attempt = seen === undefined ? 1 : ours ? seen.attempt : seen.attempt + 1
    if (known !== undefined) remove(key)
    makeRoom()
    inFlight.set(key, {
      state: 'in_flight',
      token,
      attempt,
      fingerprint,
      leaseUntil: at + leaseMs,
      expiresAt: at + retentionMs,
      result: null,
    })
    return { kind: 'claimed', attempt }
  }

  return {
    name: 'memory',
    claim: async (request) => claim(request),
    renew: async (request) => {
      const { leaseMs } = request
      assertDuration('leaseMs', leaseMs)
      const held = owned(request)
      if (held?.state !== 'in_flight') return false
      held.leaseUntil = now() + leaseMs
      return true
    },
    complete: async (request) => {
      const held = owned(request)
      if (held === undefined || held.state === 'released') return false
      held.state = 'done'
      held.result = request.result
      settle(request.key, held)
      return true
    },
    release: async (request) => {
      const held = owned(request)
      if (held?.state !== 'in_flight') return false
      held.state = 'released'
      held.leaseUntil = now() + (request.delayMs ?? 0)
      settle(request.key, held)
      return true
    },
    sweep: async (limit) => {
      let swept = 0
      for (const generation of [young, old, inFlight]) {
        for (const [key, { expiresAt }] of generation) {
          if (swept >= limit) return swept
          if (expiresAt > now()) continue
          generation.delete(key)
          swept++
        }
      }
      return swept
    },
    forget: async (key) => {
      const seen = find(key)
      if (seen === undefined || seen.state === 'in_flight') return false
      remove(key)
      return true
    },
  }
}
