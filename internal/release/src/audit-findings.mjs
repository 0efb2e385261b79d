/**
 * What an audit found in the published packages and nobody has explained. Findings in examples and private packages
 * do not reach a user.
 *
 * @param {{ advisories: Readonly<Record<string, { github_advisory_id: string, module_name: string, severity: string, title: string, findings: readonly { version: string, paths: readonly string[] }[] }>> }} report of `pnpm audit --json`
 * @param {readonly { advisory: string, until: string }[]} explained
 * @param {Date} today
 */
export const openFindings = ({ advisories }, explained, today) =>
  Object.values(advisories).flatMap((advisory) => {
    const { github_advisory_id: id, module_name: name, severity, title, findings } = advisory
    const paths = findings
      .flatMap((finding) => finding.paths)
      .filter((path) => path.startsWith('packages__'))
    if (paths.length === 0) return []
    const known = explained.find((one) => one.advisory === id)
    if (known !== undefined && today <= new Date(known.until)) return []
    const over = known === undefined ? '' : `; its explanation ended on ${known.until}`
    return [`${id}, ${severity}: ${name}, ${title} (${paths[0]})${over}`]
  })
