/** The gallery shows expressions: the page says where they come from. */
export { hmacBody, standardWebhooks, timestamped } from '@ainexlayer/webhooks'
