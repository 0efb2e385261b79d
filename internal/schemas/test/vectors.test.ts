import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifySignature } from '@ainexlayer/webhooks'
import { describe, expect, test } from 'vitest'
import { folder } from '../src/files.ts'
import { type Vector, vectorProfiles } from '../src/vectors.ts'

const { vectors }: { vectors: readonly Vector[] } = JSON.parse(
  readFileSync(join(folder, 'vectors.json'), 'utf8'),
)

const bodyOf = ({ bodyBase64 }: Vector): Buffer => Buffer.from(bodyBase64, 'base64')

/** The signature as the words about the profile describe it, without this package. */
const byTheWords = (vector: Vector): string => {
  const { profile, secret, headers } = vector
  const mac = (key: string | Buffer, prefix: string) =>
    createHmac('sha256', key).update(prefix).update(bodyOf(vector)).digest()
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const listed = (prefix: string) =>
    mac(key, `${headers[`${prefix}-id`]}.${headers[`${prefix}-timestamp`]}.`).toString('base64')
  switch (profile) {
    case 'standard-webhooks':
      return `v1,${listed('webhook')}`
    case 'svix':
      return `v1,${listed('svix')}`
    case 'body-hex':
      return `sha256=${mac(secret, '').toString('hex')}`
    case 'body-base64':
      return mac(secret, '').toString('base64')
    default: {
      const [, seconds] = /t=(\d+)/.exec(headers['x-signature'] ?? '') ?? []
      return mac(secret, `${seconds}.`).toString('hex')
    }
  }
}

const ofProfile = Object.entries(vectorProfiles).map(([name, of]) => ({
  name,
  of,
  mine: vectors.filter(({ profile }) => profile === name),
}))

describe.each(ofProfile)('the vectors of $name', ({ of, mine }) => {
  test('are valid and refused as they say', async () => {
    expect(mine.length).toBeGreaterThan(10)
    for (const vector of mine) {
      const { headers, secret, now, expected } = vector
      const result = await verifySignature({
        headers,
        body: bodyOf(vector),
        secret,
        profile: of.profile,
        now: () => now * 1000,
      })
      expect(result.ok ? 'valid' : result.code, vector.name).toBe(expected)
    }
  })

  test('are signed as the words about the profile say', () => {
    for (const vector of mine) {
      if (vector.expected !== 'valid') continue
      expect(vector.headers[of.header], vector.name).toContain(byTheWords(vector))
    }
  })
})
