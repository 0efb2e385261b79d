import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { asyncapi } from './asyncapi.ts'
import { type Document, eventSchemas } from './event-schemas.ts'
import { openapi } from './openapi.ts'
import { vectorsFile } from './vectors.ts'

const core = resolve(import.meta.dirname, '../../../packages/core')

/** Where the files are: shipped as `@ainexlayer/webhooks/schemas/*`. */
export const folder = join(core, 'schemas')

/** Every file by its name, as the sources say it. */
export const files = async (): Promise<ReadonlyMap<string, string>> => {
  const { version } = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'))
  const documents = new Map<string, Document>(eventSchemas())
  documents.set('openapi.json', openapi(version))
  documents.set('asyncapi.json', asyncapi(version))
  documents.set('vectors.json', await vectorsFile())
  return new Map(
    [...documents].map(([name, document]) => [name, `${JSON.stringify(document, undefined, 2)}\n`]),
  )
}
