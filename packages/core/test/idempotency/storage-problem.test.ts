import { expect, test } from 'vitest'
import { storeUnavailable } from '../../src/idempotency/index.ts'
import { queueUnavailable } from '../../src/queue/index.ts'

const failed = (code: string, message: string): Error =>
  Object.assign(new Error(message), code === '' ? {} : { code })

test.each([
  ['unreachable', failed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432')],
  ['unreachable', new AggregateError([failed('ECONNREFUSED', 'connect ECONNREFUSED ::1:6379')])],
  ['unreachable', failed('57P01', 'terminating connection due to administrator command')],
  ['unreachable', failed('', 'timeout exceeded when trying to connect')],
  ['unreachable', failed('CONNECT_TIMEOUT', 'write CONNECT_TIMEOUT 10.0.0.1:5432')],
  ['unreachable', failed('', 'The client is closed')],
  ['unreachable', failed('SQLITE_CANTOPEN', 'unable to open database file')],
  ['login_refused', failed('28P01', 'password authentication failed for user "app"')],
  ['login_refused', failed('', 'WRONGPASS invalid username-password pair or user is disabled.')],
  ['table_missing', failed('42P01', 'relation "x" does not exist')],
  ['table_missing', failed('SQLITE_ERROR', 'no such table: x')],
  ['schema_outdated', failed('42703', 'column "scope" of relation "x" does not exist')],
  ['schema_outdated', failed('', 'table x has no column named scope')],
  ['permission_denied', failed('42501', 'permission denied for table x')],
  ['out_of_room', failed('53100', 'could not extend file: No space left on device')],
  [
    'out_of_room',
    failed(
      '',
      "ERR Error running script: -OOM command not allowed when used memory > 'maxmemory'.",
    ),
  ],
  ['read_only', failed('25006', 'cannot execute INSERT in a read-only transaction')],
  ['read_only', failed('SQLITE_READONLY', 'attempt to write a readonly database')],
  ['no_answer', failed('', 'Command timed out')],
  ['no_answer', failed('', 'Query read timeout')],
  ['no_answer', failed('57014', 'canceling statement due to statement timeout')],
  ['busy', failed('53300', 'sorry, too many clients already')],
  ['busy', failed('SQLITE_BUSY', 'database is locked')],
  ['busy', failed('SQLITE_BUSY', 'cannot commit transaction - SQL statements in progress')],
  ['busy', failed('SQLITE_BUSY', 'cannot open savepoint - SQL statements in progress')],
  ['busy', failed('', 'LOADING Redis is loading the dataset in memory')],
  [undefined, failed('22P02', 'invalid input syntax for type integer')],
  [undefined, 'a text'],
])('%s: %s', (reason, error) => {
  expect(storeUnavailable('Postgres', error).reason).toBe(reason)
  // As the layers of a client wrap it.
  const wrapped = queueUnavailable('Redis', new Error('it failed', { cause: error }))
  expect(wrapped).toMatchObject({ code: 'queue_unavailable', reason })
})

test('an error that cannot be read is told without a reason', () => {
  const hostile = new Proxy(new Error('no'), {
    get: () => {
      throw new Error('of the user')
    },
  })
  expect(storeUnavailable('Redis', hostile)).toMatchObject({ code: 'store_unavailable' })
})
