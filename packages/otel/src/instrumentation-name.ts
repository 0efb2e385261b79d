/** The scope of all spans and metrics. */
export const instrumentationName = '@ainexlayer/webhooks-otel'
