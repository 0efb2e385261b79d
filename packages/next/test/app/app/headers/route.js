import { safeVerify } from '@ainexlayer/webhooks'
import { headers } from 'next/headers'

export const POST = async (request) => {
  const body = await request.text()
  const secret = process.env.EDGE_SECRET
  const forgotten = await safeVerify({ headers: headers(), body, secret })
  const awaited = await safeVerify({ headers: await headers(), body, secret })
  return Response.json({ forgotten, awaited })
}
