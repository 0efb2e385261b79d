/**
 * What the recipe uses of `@nestjs/platform-fastify`, as that package declares it. It is not installed here: it pins a
 * version of Fastify of its own, whose types would stand beside those that the adapter is built with.
 */
declare module '@nestjs/platform-fastify' {
  import type { INestApplication } from '@nestjs/common'
  import type { AbstractHttpAdapter } from '@nestjs/core'
  import type { FastifyInstance } from 'fastify'

  export class FastifyAdapter extends AbstractHttpAdapter {}
  export interface NestFastifyApplication extends INestApplication {
    register: FastifyInstance['register']
  }
}
