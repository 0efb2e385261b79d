import { closest } from 'fastest-levenshtein'
import { usageError } from '../errors/cli-error.ts'
import type { Wire } from '../input/wire.ts'
import { type Check, groups, type Need, needsObserver } from './check.ts'
import { compatibilityChecks } from './compatibility.ts'
import { deliveryChecks } from './delivery.ts'
import { alive, robustnessChecks } from './robustness.ts'
import { securityChecks } from './security.ts'

/** All checks, in the order in which they are played. */
export const allChecks: readonly Check[] = [
  ...compatibilityChecks,
  ...securityChecks,
  ...deliveryChecks,
  ...robustnessChecks,
  alive,
]

const names = [
  ...groups.map((group) => group.split(' ')[0] ?? group),
  ...allChecks.map(({ name }) => name),
]

const isNamed = ({ name, group }: Check, list: readonly string[]): boolean =>
  list.includes(name) || list.includes(group.split(' ')[0] ?? group)

const checkedNames = (option: string, list: readonly string[]): readonly string[] => {
  const all = list.flatMap((text) => text.split(','))
  for (const name of all) {
    if (names.includes(name)) continue
    throw usageError(
      `${option}: there is no check ${name}.`,
      `Did you mean ${closest(name, names)}?`,
    )
  }
  return all
}

/** The checks that were asked for, by their names or the first word of their group. @throws CliError usage */
export const chosenChecks = (
  only: readonly string[] = [],
  skip: readonly string[] = [],
): readonly Check[] => {
  const wanted = checkedNames('--only', only)
  const unwanted = checkedNames('--skip', skip)
  return allChecks.filter(
    (check) => (wanted.length === 0 || isNamed(check, wanted)) && !isNamed(check, unwanted),
  )
}

/** Why a check cannot be played on a wire; undefined where it can. */
export const missingNeed = (
  needs: readonly Need[] = [],
  wire: Wire,
  hasObserver: boolean,
): string | undefined => {
  const has: Readonly<Record<Need, boolean>> = {
    observer: hasObserver,
    'signed id': wire.signsId,
    'signed time': wire.signsTime,
    'standard wire': wire.sending.kind === 'standard-webhooks',
  }
  const missing = needs.find((need) => !has[need])
  if (missing === undefined) return undefined
  return missing === 'observer' ? needsObserver : 'this profile has no such header'
}
