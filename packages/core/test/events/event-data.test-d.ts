import { expectTypeOf, test } from 'vitest'
import type * as z from 'zod'
import type { AinexlayerEvents, EventData, KnownFields } from '../../src/events/index.ts'

type Checked = {
  -readonly [Type in keyof AinexlayerEvents]: KnownFields<
    z.output<AinexlayerEvents[Type]['schema']>
  >
}

test('the payloads as they are written down are what the schemas let through', () => {
  expectTypeOf<Checked>().toEqualTypeOf<EventData>()
})
