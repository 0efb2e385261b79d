/** The three headers of a delivery, as Standard Webhooks names them. */
export const deliveryHeaders = {
  'webhook-id': {
    description: 'The signed id of the event: the same over all of its attempts.',
    schema: {
      type: 'string',
      pattern: '^[!-+\\-/-~]{1,256}$',
      examples: ['msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'],
    },
  },
  'webhook-timestamp': {
    description: 'When this attempt was signed, in unix seconds.',
    schema: { type: 'string', pattern: '^[0-9]{1,16}$', examples: ['1768473000'] },
  },
  'webhook-signature': {
    description:
      'HMAC-SHA256 of `<id>.<timestamp>.<body>` in base64 behind `v1,`; several have a space between them.',
    schema: { type: 'string', examples: ['v1,6Y4wVu0cXyG1pX3V2b0qZbqUO2rVfCOKgQyS0cYl2fE='] },
  },
} as const

/** What the answer to a delivery means to the sender. */
export const answers = {
  '2XX': 'Handled, or durably queued. The sender is done.',
  '410': 'The endpoint is gone. The sender stops and disables the webhook.',
  '429': 'Too many. The sender tries again, not before Retry-After.',
  '503': 'Not now. The sender tries again, not before Retry-After.',
  default: 'Any other answer, and none within 30 seconds: the sender tries again.',
} as const
