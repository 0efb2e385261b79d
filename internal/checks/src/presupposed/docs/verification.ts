/** The reader's own tenants, and profiles that an earlier sample of the page imports. */
export { hmacBody, timestamped } from '@ainexlayer/webhooks'

export declare const tenants: {
  find(name: string | undefined): Promise<{ id: string; secrets: string[] } | undefined>
}
export declare const save: (tenant: string | undefined, event: unknown) => Promise<void>
