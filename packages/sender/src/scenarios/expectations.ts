import type { Expectation } from './stage.ts'

const isSuccess = (answer: number | string): boolean =>
  typeof answer === 'number' && answer >= 200 && answer < 300

const isRefusal = (answer: number | string): boolean =>
  typeof answer === 'number' && answer >= 400 && answer < 500 && answer !== 410

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

/** Answered for good, 2xx or 4xx: a 5xx would be sent again for days, a 410 would end everything. */
export const settled: Expectation = {
  expected: '2xx or 4xx',
  isRight: (answers) => answers.every((answer) => isSuccess(answer) || isRefusal(answer)),
}

/** The receiver ends the request by itself: a refusal or a closed connection, and not the sender's timeout. */
export const endedByReceiver: Expectation = {
  expected: 'ended by the receiver',
  isRight: (answers) =>
    answers.every((answer) => answer === 'connection_reset' || isRefusal(answer)),
  handled: 0,
}

/** An endpoint that is gone says so, always, and handles nothing; one that is not takes it. */
export const alike = (first: number | string): Expectation => ({
  expected: first === 410 ? '410' : '2xx',
  isRight: (answers) =>
    answers.every((answer) => (first === 410 ? answer === 410 : isSuccess(answer))),
  handled: first === 410 ? 0 : 1,
})
