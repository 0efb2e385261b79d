import { runsByEvent } from '../../webhooks/handled'

export const dynamic = 'force-dynamic'

export const GET = () => Response.json(runsByEvent())
