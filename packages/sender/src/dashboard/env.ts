/** What a request carries through the dashboard. */
export interface DashboardEnv {
  readonly Variables: {
    /** The last event of the stream before anything was read for the page. */
    streamId: string
  }
}
