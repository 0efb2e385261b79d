import Ajv from 'ajv'

/** What GitHub takes as an issue form: the part that ours use. */
const validateForm = new Ajv({ allErrors: true, strictTypes: false }).compile({
  type: 'object',
  required: ['name', 'description', 'body'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 3 },
    description: { type: 'string', minLength: 3 },
    title: { type: 'string' },
    labels: { type: 'array', items: { type: 'string' } },
    body: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['type', 'attributes'],
        additionalProperties: false,
        properties: {
          type: { enum: ['markdown', 'textarea', 'input', 'dropdown', 'checkboxes'] },
          id: { type: 'string', pattern: '^[\\w-]+$' },
          attributes: { type: 'object' },
          validations: {
            type: 'object',
            additionalProperties: false,
            properties: { required: { type: 'boolean' } },
          },
        },
        if: { properties: { type: { const: 'markdown' } } },
        // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema.
        then: { properties: { attributes: { required: ['value'] } } },
        else: { required: ['id'], properties: { attributes: { required: ['label'] } } },
      },
    },
  },
})

/**
 * What is wrong with an issue form.
 *
 * @param {any} form
 */
export const formProblems = (form) => {
  if (!validateForm(form))
    return (validateForm.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath} ${message}`,
    )
  const ids = form.body.flatMap(({ id }) => id ?? [])
  const problems = ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => `two fields have the id ${id}`)
  for (const { type, attributes } of form.body)
    if (type === 'dropdown' && !(attributes.options?.length > 0))
      problems.push(`${attributes.label} has no options`)
  return problems
}
