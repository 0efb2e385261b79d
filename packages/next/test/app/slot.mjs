/** The receiver of the running test: the server runs in the test's own process. */
export const receiver = {
  fetch: (request) => globalThis.testReceiver.fetch(request),
  handle: (request) => globalThis.testReceiver.handle(request),
  verifyRequest: (request) => globalThis.testReceiver.verifyRequest(request),
}
