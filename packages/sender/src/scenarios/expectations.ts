import type { Expectation } from './stage.ts'

const isSuccess = (answer: number | string): boolean =>
  typeof answer === 'number' && answer >= 200 && answer < 300

/** Every answer is a 2xx. */
export const taken = (handled: number): Expectation => ({
  expected: '2xx',
  isRight: (answers) => answers.every(isSuccess),
  handled,
})

/** Every answer has one of these statuses, and the handlers do not run. */
export const refusedWith = (...statuses: readonly number[]): Expectation => ({
  expected: statuses.join(' or '),
  isRight: (answers) => answers.every((answer) => statuses.includes(Number(answer))),
  handled: 0,
})

/** At least one answer is a 2xx, and every other one is a 2xx or one of these: for concurrent duplicates. */
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

/** No answer is a 2xx: for requests that did not arrive whole. */
export const notTaken: Expectation = {
  expected: 'no 2xx',
  isRight: (answers) => !answers.some(isSuccess),
  handled: 0,
}
