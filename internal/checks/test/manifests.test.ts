import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publishedPackages } from '../src/published-packages.mjs'

const root = resolve(import.meta.dirname, '../../..')
const repository = 'https://github.com/ainexlayer/webhooks'

describe.each(publishedPackages(root).map((one) => ({ ...one, name: basename(one.folder) })))(
  '$name',
  ({ folder, manifest, name }) => {
    test('says where it lives, where to complain and what it is about', () => {
      expect(manifest).toMatchObject({
        repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${name}` },
        homepage: `${repository}/tree/main/packages/${name}#readme`,
        bugs: `${repository}/issues`,
        keywords: expect.arrayContaining(['ainexlayer', 'webhooks']),
        files: expect.arrayContaining(['dist', 'CHANGELOG.md']),
      })
    })

    test('has no link in its README that leads nowhere outside of the repository', () => {
      const file = join(folder, 'README.md')
      const readme = existsSync(file) ? readFileSync(file, 'utf8') : ''
      const links = Array.from(readme.matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link)
      expect(links.filter((link) => !/^(https:|#)/.test(link ?? ''))).toEqual([])
    })
  },
)
