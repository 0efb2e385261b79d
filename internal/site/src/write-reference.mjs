import { join } from 'node:path'
import { publicEntries } from '@ainexlayer/webhooks-checks/public-entries'
import { Application, Converter, ReflectionKind } from 'typedoc'

/**
 * Writes the reference, made from the docstrings of what the packages export: one page for each name of an import.
 *
 * @param {string} root the repository
 * @param {string} target the folder of the site's pages
 */
export const writeReference = async (root, target) => {
  const entries = publicEntries(root)
  const app = await Application.bootstrapWithPlugins({
    entryPoints: entries.map(({ source }) => source),
    tsconfig: join(root, 'internal/site/tsconfig.reference.json'),
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: join(target, 'reference') }],
    readme: 'none',
    name: 'Reference',
    router: 'module',
    excludeScopesInPaths: true,
    excludePrivate: true,
    excludeInternal: true,
    // What a request of Node inherits is in the reference of Node.
    excludeExternals: true,
    disableSources: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    entryFileName: 'index',
    // Else two names that differ only in their capitals would have links to an anchor that the page does not have.
    useCustomAnchors: true,
    groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', '*'],
    useCodeBlocks: true,
    parametersFormat: 'table',
    classPropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    enumMembersFormat: 'table',
    tableColumnSettings: {
      hideSources: true,
      hideModifiers: true,
      hideInherited: true,
      leftAlignHeaders: true,
    },
    sanitizeComments: true,
    logLevel: 'Warn',
    // A type that is not exported is shown in place; a link that leads nowhere is a mistake.
    validation: {
      invalidLink: true,
      notExported: false,
      notDocumented: false,
      rewrittenLink: false,
    },
  })
  const names = new Map(entries.map(({ name, source }) => [source, name]))
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return
    const source = context
      .getSymbolFromReflection(reflection)
      ?.declarations?.[0]?.getSourceFile().fileName
    const name = names.get(source)
    if (name !== undefined) reflection.name = name
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('The sources could not be read for the reference.')
  app.validate(project)
  if (app.logger.validationWarningCount > 0)
    throw new Error('A docstring links to something that the reference does not have.')
  await app.generateOutputs(project)
}
