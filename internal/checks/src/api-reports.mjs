import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import ts from 'typescript'

const silent = { default: { logLevel: 'none' } }

/**
 * The public types of each entry as a text: API Extractor's report, without its notes on tags that nobody here uses.
 *
 * @param {string} root the repository
 * @param {string} declarations the folder that `writeDeclarations` wrote
 * @param {readonly { name: string, folder: string, source: string }[]} entries
 * @returns {Map<string, string>} Markdown by the file's name, such as `webhooks.node.api.md`
 */
export const apiReports = (root, declarations, entries) => {
  const reportFolder = mkdtempSync(join(tmpdir(), 'ainexlayer-api-'))
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const compilerOptions = { ...config.compilerOptions, types: ['node'] }
  const files = entries.map(({ source }) =>
    join(declarations, relative(root, source).replace(/\.tsx?$/, '.d.ts')),
  )
  const names = entries.map(
    ({ name }) => `${name.replace('@ainexlayer/', '').replaceAll('/', '.')}.api.md`,
  )
  const configs = entries.map(({ folder }, index) => {
    const projectFolder = join(declarations, relative(root, folder))
    return ExtractorConfig.prepare({
      configObject: {
        projectFolder,
        mainEntryPointFilePath: files[index],
        compiler: { overrideTsconfig: { ...config, compilerOptions, files } },
        apiReport: {
          enabled: true,
          reportFolder,
          reportTempFolder: reportFolder,
          reportFileName: names[index],
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
        messages: {
          compilerMessageReporting: silent,
          extractorMessageReporting: silent,
          tsdocMessageReporting: silent,
        },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(projectFolder, 'package.json'),
    })
  })
  try {
    // One program for all of them: most of the time goes into reading declarations.
    const compilerState = CompilerState.create(configs[0], { additionalEntryPoints: files })
    return new Map(
      configs.map((extractorConfig, index) => {
        Extractor.invoke(extractorConfig, {
          localBuild: true,
          compilerState,
          messageCallback: (message) => {
            message.handled = true
            if (message.logLevel === 'error')
              throw new Error(`${entries[index].name}: ${message.text}`)
          },
        })
        const text = readFileSync(join(reportFolder, names[index]), 'utf8')
        // The package's name alone would be at the top of each of its reports.
        return [names[index], text.replace(/^.*\n/, `## ${entries[index].name}\n`)]
      }),
    )
  } finally {
    rmSync(reportFolder, { recursive: true, force: true })
  }
}
