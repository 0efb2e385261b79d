import { spawnSync } from 'node:child_process'

/**
 * The licence that the registry states for one version, for a package that is not installed on this system.
 *
 * @param {string} id
 * @returns {string | undefined} nothing when the registry does not answer
 */
export const licenceInRegistry = (id) => {
  const { status, stdout } = spawnSync('npm', ['view', id, 'license'], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}
