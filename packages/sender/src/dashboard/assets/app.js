// What the pages do beyond what the server renders. Everything here can be missing: the pages then still read.
const nowOfPage = Number(document.querySelector('meta[name="ainexlayer-now"]')?.content)
const isVirtual = document.querySelector('meta[name="ainexlayer-clock"]')?.content === 'virtual'
const skew = nowOfPage - Date.now()
/** The sender's clock: a virtual one stands still. */
const now = () => (isVirtual ? nowOfPage : Date.now() + skew)

const live = document.querySelector('#live')
const liveText = document.querySelector('#live-text')

// Times

const spanOf = (ms) => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`
}
const roughly = (ms) => {
  const text = spanOf(ms)
  return ms < 60_000 ? text : text.replace(/ \d+ (s|min|h)$/, '')
}
const showTimes = (root = document) => {
  for (const time of root.querySelectorAll('time[data-ago]')) {
    const text = `${roughly(now() - Date.parse(time.dateTime))} ago`
    if (time.textContent !== text) time.textContent = text
  }
  for (const time of root.querySelectorAll('time[data-countdown]')) {
    const left = Date.parse(time.dateTime) - now()
    const text = left <= 0 ? 'due' : spanOf(left)
    if (time.textContent !== text) time.textContent = text
  }
}
setInterval(showTimes, 1000)

// What only works with scripts is hidden without them.

const setUp = (root) => {
  for (const element of root.querySelectorAll('[data-copy], [data-example], #live, #show-keys')) {
    element.hidden = false
  }
  showTimes(root)
}

// Live

let isPaused = false
/** Whether something happened that the page does not show yet. */
let isMissed = false
/** Whether somebody waits for a connection that is not there. */
let isLost = false
const showState = () => {
  const [state, text] = isLost
    ? ['lost', 'No connection']
    : isPaused
      ? ['paused', 'Paused']
      : ['live', 'Live']
  live.dataset.state = state
  liveText.textContent = text
  live.setAttribute('aria-pressed', String(isPaused))
}
const changed = () => {
  isMissed = isPaused || document.hidden
  if (!isMissed) document.body.dispatchEvent(new CustomEvent('live'))
}
/** Reads what was missed, some time after. */
const catchUp = (afterMs) =>
  setTimeout(() => {
    if (isMissed) changed()
  }, afterMs)
let source
let wasAway = false
const listen = () => {
  const after = document.querySelector('meta[name="ainexlayer-stream"]').content
  source = new EventSource(`/live?after=${encodeURIComponent(after)}`)
  source.addEventListener('changed', changed)
  source.addEventListener('open', () => {
    isLost = false
    live.dataset.lost = 'no'
    showState()
    // What happened while the connection was away.
    if (wasAway) changed()
    wasAway = false
  })
  source.addEventListener('error', () => {
    wasAway = true
    isLost = true
    live.dataset.lost = 'yes'
    showState()
  })
}
const leave = () => {
  source?.close()
  source = undefined
  wasAway = true
}
// A browser opens six connections to a sender, in all its tabs together: those that nobody sees need none.
const attend = () => {
  if (document.hidden) leave()
  else if (source === undefined) listen()
}
live?.addEventListener('click', () => {
  isPaused = !isPaused
  showState()
  if (!isPaused && isMissed) changed()
})
if (live) {
  document.addEventListener('visibilitychange', () => {
    attend()
    if (!document.hidden && isMissed) changed()
  })
  addEventListener('pagehide', leave)
  // Back to a page that the browser has kept.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) attend()
  })
}

// What a list remembers when it is read anew: the current row, what is selected, and what is open.

let kept = { ids: new Set(), picked: new Set(), open: new Set() }
const rows = () => [...document.querySelectorAll('[data-row]')]
const keyOf = (row) => row.dataset.href
/** What can have the focus, by its row and what it does: htmx finds only what has an id. */
const placeOf = (element) => {
  const { href, name, textContent, localName } = element
  return [element.closest('[data-row]')?.dataset.href, localName, href ?? name, textContent].join(
    ' ',
  )
}
const keep = () => {
  const { activeElement } = document
  kept = {
    focus: activeElement?.closest('[hx-trigger^=live]') ? placeOf(activeElement) : undefined,
    ids: new Set(rows().map(keyOf)),
    picked: new Set(
      [...document.querySelectorAll('[data-row] input:checked')].map(({ value }) => value),
    ),
    open: new Set([...document.querySelectorAll('details[id][open]')].map(({ id }) => id)),
    current: document.querySelector('[data-current]')?.dataset.href,
  }
}
const restore = (root) => {
  for (const row of rows()) {
    if (keyOf(row) === kept.current) row.dataset.current = ''
    if (kept.ids.size > 0 && root.contains(row) && !kept.ids.has(keyOf(row)))
      row.classList.add('fresh')
    const box = row.querySelector('input[type="checkbox"]')
    if (box && kept.picked.has(box.value)) box.checked = true
  }
  if (kept.focus !== undefined && document.activeElement === document.body) {
    const all = [...root.querySelectorAll('a, button, input, select, summary')]
    all.find((one) => placeOf(one) === kept.focus)?.focus({ preventScroll: true })
  }
  countPicked()
}
const countPicked = () => {
  const n = document.querySelectorAll('[data-row] input:checked').length
  const bar = document.querySelector('[data-picked]')
  if (!bar) return
  bar.hidden = n === 0
  bar.querySelector('[data-picked-count]').textContent = String(n)
}
document.body.addEventListener('htmx:beforeSwap', keep)
// At once: a key that is pressed before it has settled moves from the row that was the current one.
document.body.addEventListener('htmx:afterSwap', (event) => {
  const { target } = event.detail
  restore(target.isConnected ? target : document.body)
})
document.body.addEventListener('htmx:afterSettle', (event) => {
  const { target } = event.detail
  setUp(document)
  // Settling takes attributes of what has an id back.
  for (const id of kept.open) document.getElementById(id)?.setAttribute('open', '')
  if (target.id === 'notices' || target.id === 'result') showProblem(target)
})
const isLive = ({ requestConfig }) => requestConfig.triggeringEvent?.type === 'live'
const isTyping = (elt) => {
  const active = document.activeElement
  return active?.matches('input:not([type="checkbox"]), textarea, select') && elt.contains(active)
}
// What is being typed into is not replaced under the hands, and what has ended stays as it is.
document.body.addEventListener('htmx:beforeRequest', (event) => {
  const { elt } = event.detail
  if (!isLive(event.detail)) return
  if (isTyping(elt)) isMissed = true
  if (isTyping(elt) || elt.querySelector(':scope > [data-ended]')) event.preventDefault()
})
// Later than a click that ends the typing: its button must still be there.
document.addEventListener('focusout', () => catchUp(500))
/** What was deleted stays as it was for whoever reads it, and is not read again. */
const endGone = (elt) => {
  const words = document.createElement('p')
  words.className = 'hint bad'
  words.dataset.ended = ''
  words.textContent = 'This is no longer there: you see how it was.'
  elt.append(words)
}
/** What each part was read as last. */
const asRead = new WeakMap()
document.body.addEventListener('htmx:beforeSwap', (event) => {
  const { elt, xhr } = event.detail
  if (!isLive(event.detail) || !event.detail.shouldSwap) return
  // A part that could not be read stays as it was, and is read again when the server may be well.
  if (xhr.status >= 400) {
    event.detail.shouldSwap = false
    if (xhr.status === 404) endGone(elt)
  }
  // The typing began while it was read.
  else if (isTyping(elt)) {
    isMissed = true
    event.detail.shouldSwap = false
  }
  // Where nothing is new, what somebody has marked stays marked.
  else if (asRead.get(elt) === xhr.responseText) event.detail.shouldSwap = false
  else asRead.set(elt, xhr.responseText)
})
document.body.addEventListener('htmx:afterRequest', (event) => {
  const { xhr } = event.detail
  // 0: no answer at all.
  if (!isLive(event.detail) || (xhr.status > 0 && xhr.status < 500)) return
  isMissed = true
  catchUp(2000)
})

// Forms

const showProblem = (root) => {
  for (const element of document.querySelectorAll('[aria-invalid]'))
    element.removeAttribute('aria-invalid')
  const field = root.querySelector('[data-field]')?.dataset.field
  if (!field) return
  const name = field.replace(/^data\./, '')
  const input = [...document.querySelectorAll('input, select, textarea')].find(
    (one) => one.dataset.path === name || one.name === field || one.name === field.split('.')[0],
  )
  input?.setAttribute('aria-invalid', 'true')
}
const jsonOf = (form) => {
  const editor = form.querySelector('[data-json]')
  const note = form.querySelector('[data-json-error]')
  try {
    const value = JSON.parse(editor.value)
    note.hidden = true
    editor.removeAttribute('aria-invalid')
    return value
  } catch (error) {
    note.textContent = error.message
    note.hidden = false
    editor.setAttribute('aria-invalid', 'true')
    return undefined
  }
}
const inputValue = (input) => {
  if (input.dataset.kind === 'switch') return input.checked
  if (input.value === '') return undefined
  return input.dataset.kind === 'number' ? Number(input.value) : input.value
}
const writeField = (input) => {
  const form = input.closest('[data-json-form]')
  const value = jsonOf(form)
  if (typeof value !== 'object' || value === null) return
  const fields = new Map(Object.entries(value))
  const own = inputValue(input)
  if (own === undefined) fields.delete(input.dataset.path)
  else fields.set(input.dataset.path, own)
  form.querySelector('[data-json]').value = JSON.stringify(Object.fromEntries(fields), undefined, 2)
}
const readFields = (form) => {
  const value = jsonOf(form)
  if (typeof value !== 'object' || value === null) return
  for (const input of form.querySelectorAll('[data-path]')) {
    const own = Object.hasOwn(value, input.dataset.path) ? value[input.dataset.path] : undefined
    if (input.dataset.kind === 'switch') input.checked = own === true
    else input.value = own === undefined || own === null ? '' : String(own)
  }
}
document.addEventListener('input', ({ target }) => {
  if (target.matches('[data-path]')) writeField(target)
  else if (target.matches('[data-json]')) readFields(target.form)
  else if (target.matches('[data-pick-all]')) {
    for (const box of document.querySelectorAll('[data-row] input[type="checkbox"]'))
      box.checked = target.checked
  }
  countPicked()
})

// Clicks

const copy = async (button) => {
  const words = button.textContent
  try {
    await navigator.clipboard.writeText(button.dataset.copy)
    button.textContent = 'Copied'
  } catch {
    button.textContent = 'The browser refused'
  }
  setTimeout(() => {
    button.textContent = words
  }, 1200)
}
document.addEventListener('click', (event) => {
  const at = (selector) => event.target.closest(selector)
  if (at('[data-copy]')) void copy(at('[data-copy]'))
  else if (at('[data-dismiss]')) at('.notice, .confirm')?.remove()
  else if (at('#show-keys')) document.querySelector('#keys').showModal()
  else if (at('[data-example]')) {
    const button = at('[data-example]')
    const editor = button.form.querySelector('[data-json]')
    editor.value = button.dataset.example
    readFields(button.form)
  } else if (
    at('tr[data-row]') &&
    !at('a, button, input, label') &&
    String(getSelection()) === ''
  ) {
    location.assign(at('tr[data-row]').dataset.href)
  }
})

// Keys

const screens = {
  o: '/',
  d: '/deliveries',
  t: '/trigger',
  f: '/faults',
  i: '/inbox',
  w: '/webhooks',
  c: '/catalog',
}
let isGoing = false
const move = (step) => {
  const all = rows()
  const at = all.findIndex((row) => 'current' in row.dataset)
  const next =
    all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))]
  if (!next) return
  if (at >= 0) delete all[at].dataset.current
  next.dataset.current = ''
  next.scrollIntoView({ block: 'nearest' })
}
const current = () => document.querySelector('[data-current]')
const redeliver = () => {
  const own = document.querySelector('[data-redeliver]')
  if (own) return own.click()
  const id = current()?.dataset.id
  if (id)
    htmx.ajax('POST', `/deliveries/${encodeURIComponent(id)}/redeliver`, {
      source: document.body,
      target: '#notices',
    })
}
const pick = () => {
  const box = current()?.querySelector('input[type="checkbox"]')
  if (!box) return
  box.checked = !box.checked
  countPicked()
}
const actions = {
  '/': () => {
    const search = document.querySelector('#search')
    if (search) search.focus()
    else location.assign('/deliveries#search')
  },
  j: () => move(1),
  k: () => move(-1),
  Enter: () => current() && location.assign(current().dataset.href),
  x: pick,
  r: redeliver,
  '?': () => document.querySelector('#keys').showModal(),
  g: () => {
    isGoing = true
    setTimeout(() => {
      isGoing = false
    }, 1500)
  },
}
document.addEventListener('keydown', (event) => {
  const { target, key } = event
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (target.matches('input:not([type="checkbox"]), textarea, select')) {
    if (key === 'Escape') target.blur()
    return
  }
  if (key === 'Enter' && target.matches('a, button, summary, input')) return
  if (document.querySelector('dialog[open]')) return
  if (isGoing && screens[key]) return location.assign(screens[key])
  const action = actions[key]
  if (!action) return
  event.preventDefault()
  action()
})

setUp(document)
countPicked()
if (location.hash === '#search') document.querySelector('#search')?.focus()
if (live) {
  showState()
  attend()
}
