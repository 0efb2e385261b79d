import { Serialize, Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { expect, test } from 'vitest'
import { billOfMaterials } from '../src/bill-of-materials.mjs'

const resolved = (id: string, needs: string[] = [], folder?: string) => {
  const at = id.lastIndexOf('@')
  return {
    id,
    name: id.slice(0, at),
    version: id.slice(at + 1),
    integrity: 'sha512-AAAA',
    folder,
    needs,
    optional: false,
  }
}
const bill = (licence: string) =>
  new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)).serialize(
    billOfMaterials({
      self: resolved('@ainexlayer/webhooks@0.1.0', ['zod@4.0.0'], '/here'),
      others: [resolved('zod@4.0.0')],
      builtIn: [{ id: 'zod@4.0.0', integrity: undefined }],
      description: 'Receive',
      licenceFor: () => licence,
      time: new Date(0),
    }),
    { sortLists: true },
  )

test('a bill names what comes along, what is built in, and who needs whom', () => {
  const { metadata, components, dependencies } = JSON.parse(bill('MIT'))
  expect(components.map(({ purl }: { purl: string }) => purl)).toEqual(['pkg:npm/zod@4.0.0'])
  expect(metadata.component.components[0].purl).toBe('pkg:npm/zod@4.0.0')
  expect(dependencies).toContainEqual({
    ref: '@ainexlayer/webhooks@0.1.0',
    dependsOn: ['zod@4.0.0'],
  })
})

test('a bill is valid by the schema, which refuses one that is not', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
  const json = bill('(MIT OR Apache-2.0)')
  expect(await validator.validate(json)).toBeNull()
  const wrong = json.replace('"type":"library"', '"type":"book"')
  expect(wrong).not.toBe(json)
  expect(await validator.validate(wrong)).not.toBeNull()
})

test('a bill does not leave out what something needs', () => {
  const incomplete = () =>
    billOfMaterials({
      self: resolved('a@1.0.0', ['b@1.0.0']),
      others: [],
      builtIn: [],
      description: undefined,
      licenceFor: () => 'MIT',
      time: new Date(0),
    })
  expect(incomplete).toThrow('a@1.0.0 needs b@1.0.0, which is not in the bill')
})
