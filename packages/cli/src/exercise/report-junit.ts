import { byGroup, type CheckResult, type Scorecard } from './scorecard.ts'

const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const caseOf = ({ group, name, title, status, expected, came, fix }: CheckResult): string => {
  const told = `expected ${expected}; came ${came}`
  const inner = {
    passed: '',
    skipped: `<skipped message="${escaped(came)}"/>`,
    preference: `<system-out>${escaped(`${told}. ${fix ?? ''}`)}</system-out>`,
    failed: `<failure message="${escaped(told)}">${escaped(fix ?? '')}</failure>`,
  }[status]
  return `    <testcase classname="${escaped(group)}.${escaped(name)}" name="${escaped(title)}">${inner}</testcase>`
}

/** A scorecard as JUnit XML, which CI systems show. */
export const reportJunit = (scorecard: Scorecard): string => {
  const suites = byGroup(scorecard).map(({ group, results }) => {
    const failures = results.filter(({ status }) => status === 'failed').length
    const skipped = results.filter(({ status }) => status === 'skipped').length
    return [
      `  <testsuite name="${group}" tests="${results.length}" failures="${failures}" errors="0" skipped="${skipped}">`,
      ...results.map(caseOf),
      '  </testsuite>',
    ].join('\n')
  })
  const { results, failed, skipped, url } = scorecard
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="exercise ${escaped(url)}" tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}
