import { closest, distance } from 'fastest-levenshtein'
import { usageError } from '../errors/cli-error.ts'
import type { Wire } from '../input/wire.ts'
import { type Check, type Need, needsObserver } from './check.ts'
import { checkNames, groupNames, namesOfChecks } from './check-names.ts'
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

const names = [...groupNames, ...checkNames]

const isNamed = ({ name, group }: Check, list: readonly string[]): boolean =>
  list.includes(name) || list.includes(group.split(' ')[0] ?? group)

const checkedNames = (option: string, list: readonly string[]): readonly string[] => {
  const all = list.flatMap((text) => text.split(','))
  for (const name of all) {
    if (names.includes(name)) continue
    const near = closest(name, names)
    const isNear = distance(name, near) <= Math.max(2, name.length / 3)
    throw usageError(
      `${option}: there is no check ${name}.`,
      `${isNear ? `Did you mean ${near}? ` : ''}${namesOfChecks}`,
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
