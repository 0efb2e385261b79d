import { nodeListener } from '@ainexlayer/webhooks/node'
import { test } from 'vitest'
import {
  addressCases,
  behindTouch,
  forwardedCases,
  nodeTouches,
  outcomeCases,
  touchedBodyCase,
  transportCases,
} from '../src/index.ts'
import { serve } from './serve.ts'

for (const { name, run } of [
  ...outcomeCases,
  ...transportCases,
  ...addressCases,
  ...forwardedCases('socket'),
]) {
  test(name, () => run((receiver, host) => serve(nodeListener(receiver), host)))
}

for (const { touch, ...touched } of nodeTouches) {
  const { name, run } = touchedBodyCase(touched)
  test(name, () => run((receiver) => serve(behindTouch(touch, nodeListener(receiver)))))
}
