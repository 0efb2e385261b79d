/** A package that is published. */
export interface PublishedPackage {
  readonly folder: string
  readonly manifest: {
    readonly name: string
    readonly version: string
    readonly [field: string]: unknown
  }
}

/** Every package that is published: its folder and its package.json. */
export function publishedPackages(root: string): PublishedPackage[]

/** The file that packing a package makes. */
export function tarballOf(
  tarballs: string,
  manifest: Pick<PublishedPackage['manifest'], 'name' | 'version'>,
): string

/** The arguments of `pnpm` that pack the package of the current folder. */
export function packArguments(tarballs: string): string[]

/** Packs every published package into a folder, as `pnpm publish` does. */
export function packAll(root: string, tarballs: string): void
