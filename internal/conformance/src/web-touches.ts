import type { TouchedBody } from './touched-body-case.ts'

/** Something that a user's own code does with a web Request, and the Request that it then hands over. */
export interface WebTouch extends TouchedBody {
  readonly touch: (request: Request) => Request | Promise<Request>
}

const readBefore = /was already read|is locked/

/** What happens to a web Request before `receiver.fetch` or an adapter that stands on it gets it. */
export const webTouches: readonly WebTouch[] = [
  { name: 'nothing', becomes: 'read', touch: (request) => request },
  {
    name: 'a look at request.body, and then a wait',
    becomes: 'read',
    touch: async (request) => {
      const { body } = request
      await new Promise((resolve) => setTimeout(resolve, 15, body))
      return request
    },
  },
  { name: 'a clone that is handed over', becomes: 'read', touch: (request) => request.clone() },
  {
    name: 'a clone that is read',
    becomes: 'read',
    touch: async (request) => {
      await request.clone().text()
      return request
    },
  },
  {
    name: 'a new Request that is handed over',
    becomes: 'read',
    touch: (request) => new Request(request),
  },
  {
    name: 'a new Request beside it',
    becomes: 'lost',
    words: readBefore,
    touch: (request) => {
      new Request(request)
      return request
    },
  },
  {
    name: 'text()',
    becomes: 'lost',
    words: readBefore,
    touch: async (request) => {
      await request.text()
      return request
    },
  },
  {
    name: 'json() that nobody waits for',
    becomes: 'lost',
    words: readBefore,
    touch: (request) => {
      request.json().catch(() => {})
      return request
    },
  },
  {
    name: 'a reader that holds the stream',
    becomes: 'lost',
    words: readBefore,
    touch: (request) => {
      request.body?.getReader()
      return request
    },
  },
]
