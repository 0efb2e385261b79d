import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

const reasonOf = (test: TestCase): string => {
  const result = test.result()
  return result.state === 'skipped' && result.note ? `: ${result.note}` : ''
}

/** Ends a run with the names of skipped tests and why they were skipped, and with a line of counts. */
export default class ClosingLinesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0
    let failed = unhandled.length + modules.filter((module) => module.errors().length > 0).length
    const skipped: string[] = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state === 'failed') failed++
        else
          skipped.push(
            `skipped: ${relative(process.cwd(), module.moduleId)} > ${test.fullName}${reasonOf(test)}`,
          )
      }
    }
    for (const line of skipped) console.log(line)
    console.log(
      `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
    )
  }
}
