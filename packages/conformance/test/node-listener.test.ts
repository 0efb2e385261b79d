import { nodeListener } from '@ainexlayer/webhooks/node'
import { describe, test } from 'vitest'
import { nodeTouches, outcomeCases, touchedBodyCase, transportCases } from '../src/index.ts'
import { serve } from './serve.ts'

for (const { name, run } of [...outcomeCases, ...transportCases]) {
  test(name, () => run((receiver, host) => serve(nodeListener(receiver), host)))
}

describe.each(nodeTouches)('$name', ({ touch, ...touched }) => {
  const { name, run } = touchedBodyCase(touched)
  test(name, () =>
    run((receiver) => {
      const listener = nodeListener(receiver)
      return serve((request, response) => {
        const touching = touch(request)
        if (touching instanceof Promise) void touching.then(() => listener(request, response))
        else void listener(request, response)
      })
    }),
  )
})
