import type PgBoss from 'pg-boss'
import { expectTypeOf, test } from 'vitest'
import type { PgBossLike } from '../src/index.ts'

test('an instance of pg-boss is what the functions take', () => {
  expectTypeOf<PgBoss>().toExtend<PgBossLike>()
})
