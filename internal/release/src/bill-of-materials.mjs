import { Enums, Models } from '@cyclonedx/cyclonedx-library'

/** The address of a package in the language of package URLs: `pkg:npm/%40scope/name@1.0.0`. */
const purlOf = ({ name, version }) =>
  `pkg:npm/${name.split('/').map(encodeURIComponent).join('/')}@${encodeURIComponent(version)}`

/** The lockfile's integrity as a bill has it: `sha512-…` in base64 becomes hexadecimal. */
const hashesOf = (integrity) => {
  const [, base64] = /^sha512-(.+)$/.exec(integrity ?? '') ?? []
  return base64 === undefined
    ? new Models.HashDictionary()
    : new Models.HashDictionary([
        [Enums.HashAlgorithm['SHA-512'], Buffer.from(base64, 'base64').toString('hex')],
      ])
}

const licencesOf = (licence) =>
  new Models.LicenseRepository(
    licence === undefined
      ? []
      : [
          /[ ()]/.test(licence)
            ? new Models.LicenseExpression(licence)
            : new Models.SpdxLicense(licence),
        ],
  )

/**
 * The bill of materials of one published package: what its installation brings, each with its version, hash and
 * licence, and who needs whom. Code that is built in is a component of the package itself.
 *
 * @param {object} facts
 * @param {import('./production-graph.mjs').Resolved} facts.self
 * @param {readonly import('./production-graph.mjs').Resolved[]} facts.others
 * @param {readonly { id: string, integrity: string | undefined }[]} facts.builtIn
 * @param {string | undefined} facts.description
 * @param {(one: { id: string, folder?: string | undefined }) => string | undefined} facts.licenceFor
 * @param {Date} facts.time
 */
export const billOfMaterials = ({ self, others, builtIn, description, licenceFor, time }) => {
  const componentOf = (one, options = {}) => {
    const { name, version, integrity, optional } = one
    const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name]
    const properties = {
      version,
      purl: purlOf(one),
      bomRef: one.id,
      hashes: hashesOf(integrity),
      licenses: licencesOf(licenceFor(one)),
      scope: optional ? Enums.ComponentScope.Optional : Enums.ComponentScope.Required,
      ...options,
    }
    return new Models.Component(
      Enums.ComponentType.Library,
      short,
      group === undefined ? properties : { ...properties, group },
    )
  }

  const components = new Map(others.map((one) => [one.id, componentOf(one)]))
  const root = componentOf(self, description === undefined ? {} : { description })
  for (const { id, integrity } of builtIn) {
    const at = id.lastIndexOf('@')
    const part = { id, name: id.slice(0, at), version: id.slice(at + 1), integrity }
    root.components.add(componentOf(part, { bomRef: `${self.id}|built-in|${id}` }))
  }
  for (const { id, needs } of [self, ...others]) {
    const component = id === self.id ? root : components.get(id)
    for (const needed of needs) {
      const ref = components.get(needed)?.bomRef
      if (ref === undefined) throw new Error(`${id} needs ${needed}, which is not in the bill`)
      component?.dependencies.add(ref)
    }
  }
  return new Models.Bom({
    metadata: new Models.Metadata({
      timestamp: time,
      component: root,
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
    }),
    components: new Models.ComponentRepository(components.values()),
  })
}
