/** From the first sample of the page. */
import { fastify } from 'fastify'

export const app = fastify()
