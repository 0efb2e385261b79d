/** A registry that runs. */
export interface LocalRegistry {
  readonly url: string
  close(): void
}

/** The registry that npm is set to use. */
export function configuredRegistry(): string

/** A registry on loopback with the packed packages of a folder; everything else comes from the one behind it. */
export function startRegistry(tarballs: string, upstream: string): Promise<LocalRegistry>
