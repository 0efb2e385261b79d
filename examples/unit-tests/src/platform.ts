/** What the app needs from the platform's REST API. */
export type WorkspaceAnswer =
  | { readonly status: 200; readonly name: string }
  | { readonly status: 404 }
  | { readonly status: 429; readonly retryAfterSeconds: number }

export interface Platform {
  workspaceName(id: string): Promise<WorkspaceAnswer>
}

/** The platform over HTTP. */
export const httpPlatform = (baseUrl: string, apiKey: string): Platform => ({
  workspaceName: async (id) => {
    const response = await fetch(`${baseUrl}/workspaces/${encodeURIComponent(id)}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    })
    if (response.status === 404) return { status: 404 }
    if (response.status === 429) {
      return { status: 429, retryAfterSeconds: Number(response.headers.get('retry-after') ?? 30) }
    }
    const { data } = (await response.json()) as { data: { name: string } }
    return { status: 200, name: data.name }
  },
})
