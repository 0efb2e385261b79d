/** A signal that is aborted as soon as one of two is. jsdom's AbortSignal has no `any`. */
export const eitherSignal = (one: AbortSignal, other: AbortSignal): AbortSignal => {
  if (typeof AbortSignal.any === 'function') return AbortSignal.any([one, other])
  const controller = new AbortController()
  for (const signal of [one, other]) {
    const follow = (): void => controller.abort(signal.reason)
    if (signal.aborted) follow()
    else signal.addEventListener('abort', follow, { once: true, signal: controller.signal })
  }
  return controller.signal
}
