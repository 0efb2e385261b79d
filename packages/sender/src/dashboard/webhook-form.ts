import { invalidInput, retryPresets } from '@ainexlayer/webhooks-contract'
import type { FormFields } from './form-fields.ts'
import type { Webhook } from './shapes.ts'

/** The wires that the form offers. */
export const wires = ['standard-webhooks', 'svix', 'timestamped', 'hmac-body'] as const

/** The wire of a webhook, as the form names it. */
export const wireOf = ({ profile }: Webhook): (typeof wires)[number] =>
  profile.kind === 'standard-webhooks' && profile.headerPrefix === 'svix' ? 'svix' : profile.kind

/** The preset of a schedule; undefined for one of the user's own. */
export const presetOf = ({ retry }: Webhook): string | undefined =>
  Object.entries(retryPresets).find(
    ([, { delaysSeconds, jitter }]) =>
      jitter === retry.jitter && delaysSeconds.join() === retry.delaysSeconds.join(),
  )?.[0]

const profileOf = (wire: string) =>
  wire === 'svix'
    ? { kind: 'standard-webhooks', headerPrefix: 'svix' }
    : wire === 'standard-webhooks'
      ? { kind: wire, headerPrefix: 'webhook' }
      : { kind: wire }

/** `Name: value`, a line each. @throws Problem */
const headersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.indexOf(':')
        if (at <= 0) throw invalidInput('headers', 'a line must be `Name: value`')
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
      }),
  )

const listOf = (text: string): readonly string[] =>
  text
    .split(/[\s,]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '')

/**
 * The settings of a form, for the API to check. What is left empty stays as it is: the values of headers are never
 * shown, so that an empty field must not delete them. @throws Problem
 */
export const settingsOfForm = (form: FormFields, before: Webhook | undefined) => {
  const [headers, retry, wire] = [form.text('headers'), form.text('retry'), form.text('wire')]
  const [requests, perSeconds] = [form.number('requests'), form.number('perSeconds')]
  const workspaceIds = listOf(form.text('workspaceIds'))
  const secret = form.text('secret')
  const hasRate = requests !== undefined || perSeconds !== undefined
  return {
    url: form.text('url'),
    description: form.text('description'),
    events: [...new Set([...form.all('events'), ...listOf(form.text('moreEvents'))])],
    filters: workspaceIds.length === 0 ? {} : { workspaceIds },
    fifo: form.text('fifo') === 'yes',
    ...(form.number('concurrency') !== undefined && { concurrency: form.number('concurrency') }),
    ...(hasRate && { rateLimit: { requests, perSeconds } }),
    ...(!hasRate && before !== undefined && { rateLimit: null }),
    ...(retry !== '' && { retry: { preset: retry } }),
    ...((before === undefined || wire !== wireOf(before)) && { profile: profileOf(wire) }),
    ...(form.text('noHeaders') === 'yes'
      ? { headers: {} }
      : headers !== '' && { headers: headersOf(headers) }),
    ...(before === undefined && secret !== '' && { secret }),
  }
}
