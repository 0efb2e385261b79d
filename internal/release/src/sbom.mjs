/**
 * Writes a software bill of materials for each published package: CycloneDX 1.6 in JSON, validated against its schema.
 * The folder is `sbom` unless one is given.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Serialize, Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { billOfMaterials } from './bill-of-materials.mjs'
import { builtIn } from './built-in-code.mjs'
import { installedFolders, licenceOf, manifestIn } from './installed-manifest.mjs'
import { readRecordedLicences } from './licence-table.mjs'
import { integrityOf, productionGraph } from './production-graph.mjs'

const root = resolve(import.meta.dirname, '../../..')
const [given] = process.argv.slice(2)
const target = given === undefined ? join(root, 'sbom') : resolve(given)
mkdirSync(target, { recursive: true })

// The time of the commit, not of the run: the same sources make the same bill.
const { stdout } = spawnSync('git', ['log', '-1', '--format=%cI'], { cwd: root, encoding: 'utf8' })
const time = new Date(stdout.trim())

const folders = installedFolders(root)
const recorded = readRecordedLicences()
const licenceFor = ({ id, folder }) => {
  const at = folder ?? folders.get(id)
  return at === undefined ? recorded.get(id) : licenceOf(manifestIn(at))
}

const serializer = new Serialize.JsonSerializer(
  new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
)
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)
let failed = 0
const graphs = productionGraph(root)
for (const { self, others } of graphs) {
  const parts = builtIn(String(self.folder)).map((id) => ({ id, integrity: integrityOf(root, id) }))
  const { description } = manifestIn(String(self.folder))
  const bill = billOfMaterials({ self, others, builtIn: parts, description, licenceFor, time })
  const json = serializer.serialize(bill, { sortLists: true, space: 2 })
  const error = await validator.validate(json)
  if (error !== null) failed++
  const name = `${self.name.replace('@', '').replace('/', '-')}.cdx.json`
  writeFileSync(join(target, name), `${json}\n`)
  console.log(
    `${error === null ? 'ok  ' : 'FAIL'} ${name}: ${others.length + parts.length} components`,
  )
  if (error !== null) console.log(JSON.stringify(error, undefined, 2))
}
console.log(`sbom: ${graphs.length - failed} valid, ${failed} not, in ${target}`)
process.exitCode = failed === 0 ? 0 : 1
