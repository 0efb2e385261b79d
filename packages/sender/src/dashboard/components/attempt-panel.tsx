import { attemptDiff, type DiffLine } from '../attempt-diff.ts'
import { asCurl, asHttpDump, asTestCase } from '../copies.ts'
import type { Attempt, DeliveryDetail } from '../shapes.ts'
import type { SignatureCheck } from '../signature-check.ts'
import { Bytes, type ByteView, Headers } from './bytes.tsx'
import { Copy } from './copy.tsx'
import { bytesText } from './numbers.tsx'
import { ScrollBox } from './scroll-box.tsx'
import { Badge, Outcome } from './status.tsx'
import { clockTime, duration } from './time.tsx'

/** Which part of an attempt is shown. */
export const parts = ['request', 'response', 'signature', 'diff'] as const
export type Part = (typeof parts)[number]

const titles: Readonly<Record<Part, string>> = {
  request: 'Request',
  response: 'Response',
  signature: 'Signature',
  diff: 'Difference',
}

/** What is looked at. */
export interface AttemptPanelOptions {
  readonly delivery: DeliveryDetail
  readonly attempt: Attempt
  readonly part: Part
  readonly view: ByteView
  readonly check: SignatureCheck
}

const hrefOf = ({ delivery, attempt, part, view }: Omit<AttemptPanelOptions, 'check'>): string =>
  `/deliveries/${delivery.id}?attempt=${attempt.number}&part=${part}&view=${view}`

const Views = (options: AttemptPanelOptions) => (
  <nav class="views" aria-label="How to show the bytes">
    {(['pretty', 'raw', 'hex'] as const).map((view) => (
      <a
        href={hrefOf({ ...options, view })}
        aria-current={view === options.view ? 'true' : undefined}
      >
        {view}
      </a>
    ))}
  </nav>
)

const RequestPart = (options: AttemptPanelOptions) => {
  const { request, url } = options.attempt
  return (
    <>
      <p class="mono wrap">POST {url}</p>
      <Headers headers={request.headers} />
      <div class="subhead">
        <h3>
          Body <small class="muted">{bytesText(request.bytes)}</small>
        </h3>
        <Views {...options} />
      </div>
      <Bytes
        written={{ text: request.body, encoding: request.bodyEncoding }}
        view={options.view}
        label="The body of the request"
      />
      <p class="muted mono wrap">SHA-256 {request.bodySha256}</p>
    </>
  )
}

const ResponsePart = (options: AttemptPanelOptions) => {
  const { response, error, retryAfterMs } = options.attempt
  return (
    <>
      {error === undefined ? null : (
        <p class="hint bad">
          <strong>{error.code.replaceAll('_', ' ')}</strong>: {error.message}
        </p>
      )}
      {retryAfterMs === undefined ? null : (
        <p>It asked to be tried again in {duration(retryAfterMs)}.</p>
      )}
      {response === undefined ? (
        <p class="muted">There was no answer.</p>
      ) : (
        <>
          <p class="mono">HTTP {response.statusCode}</p>
          <Headers headers={response.headers} />
          <div class="subhead">
            <h3>
              Body {response.truncated ? <small class="muted">the first 16 KiB</small> : null}
            </h3>
            <Views {...options} />
          </div>
          <Bytes
            written={{ text: response.body, encoding: response.bodyEncoding }}
            view={options.view}
            label="The body of the answer"
          />
        </>
      )}
    </>
  )
}

const verdicts = {
  genuine: ['good', 'verifies'],
  refused: ['bad', 'does not verify'],
  unknown: ['idle', 'not checked'],
} as const

const SignaturePart = (options: AttemptPanelOptions) => {
  const { check, attempt } = options
  const [tone, word] = verdicts[check.verdict]
  return (
    <>
      <p class="verdict">
        <Badge tone={tone}>{word}</Badge> <span>{check.message}</span>
      </p>
      {check.fix === undefined ? null : (
        <p class="hint">
          {check.fix} <code>{check.code}</code>
        </p>
      )}
      {check.steps.length === 0 ? null : (
        <ul class="steps">
          {check.steps.map(({ name, ok, found }) => (
            <li>
              <Badge tone={ok ? 'good' : 'bad'}>{ok ? 'ok' : 'wrong'}</Badge>{' '}
              <strong>{name}</strong> {found}
            </li>
          ))}
        </ul>
      )}
      <div class="subhead">
        <h3>Signed content</h3>
        <Views {...options} />
      </div>
      <Bytes
        written={{
          text: attempt.request.signedContent,
          encoding: attempt.request.signedContentEncoding,
        }}
        view={options.view === 'pretty' ? 'raw' : options.view}
        label="The signed content"
      />
      <p class="muted">
        The secrets that the webhook had then are compared here; they are not shown.
      </p>
    </>
  )
}

const Lines = ({
  lines,
  label,
}: {
  readonly lines: readonly DiffLine[]
  readonly label: string
}) => (
  <ScrollBox kind="bytes diff" label={label}>
    <pre>
      {lines.map(({ kind, text }) => (
        <span class={kind}>
          {kind === 'added' ? '+ ' : kind === 'removed' ? '- ' : '  '}
          {text}
          {'\n'}
        </span>
      ))}
    </pre>
  </ScrollBox>
)

const DiffPart = ({ delivery, attempt }: AttemptPanelOptions) => {
  const before = delivery.attempts.find(({ number }) => number === attempt.number - 1)
  if (before === undefined) return <p class="muted">This is the first attempt.</p>
  const { headers, body, sameBytes } = attemptDiff(before, attempt)
  return (
    <>
      <p>Compared with attempt {before.number}:</p>
      {headers.length === 0 ? (
        <p class="muted">The same address and headers.</p>
      ) : (
        <Lines lines={headers} label="Headers that differ" />
      )}
      <h3>Body</h3>
      {sameBytes ? (
        <p class="muted">The same bytes, as it has to be.</p>
      ) : body.length === 0 ? (
        <p class="hint">Other bytes, the same JSON.</p>
      ) : (
        <Lines lines={body} label="Where the body differs" />
      )}
    </>
  )
}

const Copies = ({ delivery, attempt, check }: AttemptPanelOptions) =>
  attempt.request.body === null ? null : (
    <div class="copies">
      <Copy text={asCurl(attempt)}>Copy as curl</Copy>
      <Copy text={Buffer.from(asHttpDump(attempt)).toString('utf8')}>Copy as fixture</Copy>
      <Copy text={asTestCase(attempt, check.verdict === 'genuine')}>Copy as test case</Copy>
      <a
        class="button"
        href={`/deliveries/${delivery.id}/attempts/${attempt.number}.http`}
        download
      >
        Download the request
      </a>
    </div>
  )

const partOf = {
  request: RequestPart,
  response: ResponsePart,
  signature: SignaturePart,
  diff: DiffPart,
}

/** One attempt: what was sent, what came back, whether its signature is right, and what was new in it. */
export const AttemptPanel = (options: AttemptPanelOptions) => {
  const { attempt, part } = options
  const Shown = partOf[part]
  return (
    <section class="panel attempt" aria-label={`Attempt ${attempt.number}`}>
      <div class="subhead">
        <h2>
          Attempt {attempt.number} <Outcome attempt={attempt} />
        </h2>
        <span class="muted">
          {clockTime(attempt.startedAt)} UTC · {duration(attempt.durationMs)}
        </span>
      </div>
      {attempt.faults.length === 0 ? null : (
        <p class="hint">
          Faults on the way out:{' '}
          {attempt.faults.map((fault) => (
            <code>{JSON.stringify(fault)}</code>
          ))}
          {attempt.copies === undefined
            ? null
            : ` Its copies were answered ${attempt.copies.join(', ')}.`}
        </p>
      )}
      <nav class="tabs" aria-label="Parts of the attempt">
        {parts.map((name) => (
          <a
            href={hrefOf({ ...options, part: name })}
            aria-current={name === part ? 'true' : undefined}
          >
            {titles[name]}
          </a>
        ))}
      </nav>
      <Shown {...options} />
      <Copies {...options} />
    </section>
  )
}
