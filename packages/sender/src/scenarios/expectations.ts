import type { Expectation } from './stage.ts'

const isSuccess = (answer: number | string): boolean =>
  typeof answer === 'number' && answer >= 200 && answer < 300

/** Every answer is a 2xx. */
export const taken = (handled: number): Expectation => ({
  expected: '2xx',
  isRight: (answers) => answers.every(isSuccess),
  handled,
})

/** Every answer is this status; the handlers do not run. */
export const refusedWith = (...statuses: readonly number[]): Expectation => ({
  expected: statuses.join(' or '),
  isRight: (answers) => answers.every((answer) => statuses.includes(Number(answer))),
  handled: 0,
})

/** Some answer is a 2xx, every other one is among these: what duplicates at once may get. */
export const oneTaken = (...others: readonly number[]): Expectation => ({
  expected: `2xx, others 2xx or ${others.join(' or ')}`,
  isRight: (answers) =>
    answers.some(isSuccess) &&
    answers.every((answer) => isSuccess(answer) || others.includes(Number(answer))),
  handled: 1,
})

/** The last answer is a 2xx, whatever came before. */
export const takenAtLast = (handled: number): Expectation => ({
  expected: '2xx at last',
  isRight: (answers) => isSuccess(answers.at(-1) ?? 'none'),
  handled,
})

/** There is no 2xx: what did not arrive whole is not called handled. */
export const notTaken: Expectation = {
  expected: 'no 2xx',
  isRight: (answers) => !answers.some(isSuccess),
  handled: 0,
}
