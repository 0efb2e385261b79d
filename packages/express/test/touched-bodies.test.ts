import {
  behindTouch,
  nodeTouches,
  type StartServer,
  type TouchedBody,
  touchedBodyCase,
} from '@ainexlayer/webhooks-conformance'
import express5, { type RequestHandler } from 'express'
import express4 from 'express4'
import multer from 'multer'
import { describe, test } from 'vitest'
import { webhookHandler } from '../src/index.ts'
import { listen } from './listen.ts'

const versions: Record<string, typeof express5> = { 'Express 5': express5, 'Express 4': express4 }

interface Parser extends TouchedBody {
  readonly before: readonly RequestHandler[]
}

const retype =
  (type: string): RequestHandler =>
  (req, _res, next) => {
    req.headers['content-type'] = type
    next()
  }

const parsersOf = (express: typeof express5): readonly Parser[] => {
  const json = { limit: '2mb', strict: false }
  const all = { limit: '2mb', type: () => true }
  return [
    {
      name: 'express.json()',
      becomes: 'lost',
      words: /`express\.json\(\)` or another parser of JSON.* ran first/,
      before: [express.json(json)],
    },
    {
      name: 'express.json() that keeps the bytes',
      becomes: 'read',
      before: [
        express.json({
          ...json,
          verify: (req, _res, bytes) => {
            Object.assign(req, { rawBody: bytes })
          },
        }),
      ],
    },
    { name: 'express.raw()', becomes: 'read', before: [express.raw(all)] },
    {
      name: 'express.text()',
      becomes: 'lost',
      words: /`express\.text\(\)` or another parser of text ran first/,
      before: [express.text(all)],
    },
    {
      name: 'express.urlencoded()',
      becomes: 'lost',
      words: /`express\.urlencoded\(\)` or another parser of forms ran first/,
      before: [
        retype('application/x-www-form-urlencoded'),
        express.urlencoded({ extended: false, limit: '2mb' }),
      ],
    },
    {
      name: 'parsers for other content types',
      becomes: 'read',
      before: [express.urlencoded({ extended: false }), express.raw(), multer().none()],
    },
    {
      name: 'a listener for data, and then express.json()',
      becomes: 'lost',
      words: /`express\.json\(\)`/,
      before: [
        (req, _res, next) => {
          req.on('data', () => {})
          next()
        },
        express.json(json),
      ],
    },
    {
      name: 'a parser for another content type, and a logger that reads to the end',
      becomes: 'lost',
      words: /by a logger, a proxy, or the body parser/,
      before: [
        express.urlencoded({ extended: false }),
        (req, _res, next) => {
          req.resume().on('end', () => next())
        },
      ],
    },
  ]
}

for (const [version, express] of Object.entries(versions)) {
  describe(version, () => {
    for (const { touch, ...touched } of nodeTouches) {
      const { name, run } = touchedBodyCase(touched)
      const start: StartServer = (receiver) => {
        const app = express()
        app.post('/webhooks', webhookHandler(receiver))
        return listen(behindTouch(touch, app), '/webhooks')
      }
      test(name, () => run(start))
    }

    for (const { before, ...touched } of parsersOf(express)) {
      const { name, run } = touchedBodyCase(touched)
      test(name, () =>
        run((receiver) => {
          const app = express()
          app.post('/webhooks', ...before, webhookHandler(receiver))
          return listen(app, '/webhooks')
        }),
      )
    }
  })
}
