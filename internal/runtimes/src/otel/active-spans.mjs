import { cases, runCases } from './active-span-cases.mjs'

const [name] = process.argv.slice(2)
const { passed, failures } = await runCases(cases)
for (const failure of failures) console.log(`     ${failure}`)
console.log(`active spans on ${name}: ${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 ? 0 : 1
