import { z } from 'zod'
import { anyStatus, authForm, optionalBody, pace, replyRule, request, retryAfter, session } from './schema/requests.ts'
import { recordedReplies } from './schema/recorded.ts'
import {
  characters,
  day,
  fieldName,
  httpsLink,
  keyPlace,
  pointer,
  refusedCode,
  sentence,
  shortText,
} from './schema/texts.ts'

/**
 * The shape of a vendor file: data only, no unknown fields, no regular expressions. What a shape cannot say (which
 * placeholder may stand where, which headers are ours) is in file-rules.ts. docs/adding-a-vendor.md is the guide.
 */
const later = ['grace', 'dual', 'slots', 'assisted']

const strategy = z.enum(['in-place', 'guided'], {
  error: (issue) =>
    typeof issue.input === 'string' && later.includes(issue.input)
      ? `${issue.input} is not supported yet; in-place and guided are`
      : 'must be in-place or guided',
})

const hostPattern = z
  .string()
  .max(253)
  .regex(
    /^(\*\.[a-z0-9-]+\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'must be a host such as api.example.com, or *.example.com',
  )

const input = z.strictObject({
  name: fieldName,
  label: shortText,
  help: sentence,
  type: z.enum(['string', 'integer', 'enum', 'secret']),
  required: z.boolean().default(true),
  options: z.array(shortText).min(1).optional().describe('for type enum'),
  characters: characters.optional(),
  minLength: z.int().min(1).max(500).default(1),
  maxLength: z.int().min(1).max(500).default(200),
  example: z.string().min(1).max(200),
})
export type VendorInput = z.infer<typeof input>

const derived = z
  .strictObject({
    from: fieldName,
    prefixes: z
      .array(z.strictObject({ from: z.string().max(40), to: z.string().max(40) }))
      .min(1)
      .describe('the first that fits is replaced; an empty one fits all'),
  })
  .describe('a value made from an input by replacing its prefix')

const subject = z.union(
  [
    z.literal('unknown'),
    z.strictObject({ inputs: z.array(fieldName).min(1) }),
    z.strictObject({ reply: pointer }).describe('where the verify reply names the principal'),
  ],
  { error: 'must be unknown, inputs: [...], or reply: /pointer' },
)

const keyShape = z
  .strictObject({
    prefixes: z.array(z.string().min(1).max(40)).default([]),
    characters: characters.describe('of what follows the prefix').default('printable'),
    minLength: z.int().min(1).max(4096).describe('prefix included').default(16),
    maxLength: z.int().min(1).max(4096).default(4096),
  })
  .describe('how keys look: a hint for people and for salvage, never a gate')

const route = z.strictObject({ session: session.optional(), request })

const rotate = z.strictObject({
  self: route.optional().describe('with the key that is rotated: {key}'),
  operator: route.optional().describe("with another credential's key: {operator.key}"),
  success: replyRule,
  newKey: keyPlace,
  refusals: z
    .array(
      z.strictObject({
        status: anyStatus,
        body: optionalBody,
        code: refusedCode,
        auth: z.boolean().default(false).describe('the refusal is about the key itself: probe it'),
        retryAfter,
      }),
    )
    .default([]),
})

const verify = z.strictObject({
  request,
  sideEffect: z.enum(['none', 'audit', 'consumes-use', 'activates']),
  works: replyRule,
  dead: z.array(replyRule.extend({ code: refusedCode.optional() })).min(1),
  unknown: z.array(replyRule.extend({ code: refusedCode.optional() })).default([]),
})

const guided = z.strictObject({
  dashboard: httpsLink,
  steps: z.array(sentence).min(1).max(20),
  expiry: z.array(z.strictObject({ label: shortText, days: z.int().min(1).max(3650).nullable() })).default([]),
})

export const vendorFileSchema = z.strictObject({
  format: z.literal(1),
  id: fieldName,
  name: shortText,
  docs: z.strictObject({ url: httpsLink, checked: day }),
  evidence: z.enum(['confirmed', 'partial', 'unconfirmed']),
  baseUrl: httpsLink.nullable().describe('null: it must be given'),
  hosts: z
    .union([z.literal('any'), z.array(hostPattern).min(1)], { error: 'must be any, or a list of hosts' })
    .describe('where keys may be sent to; loopback always may'),
  tls: z.array(z.enum(['ca', 'pin'])).default([]),
  inputs: z.array(input).max(20).default([]),
  derived: z.record(fieldName, derived).default({}),
  subject,
  key: keyShape,
  strategy,
  auth: authForm,
  rotate: rotate.optional(),
  guided: guided.optional(),
  verify: z.union([z.literal('none'), verify], { error: 'must be none, or request, sideEffect, works, dead' }),
  reread: z.strictObject({ request, success: replyRule, newKey: keyPlace }).optional(),
  settleSeconds: z.number().min(0).max(600).default(5),
  replyWaitSeconds: z.number().min(5).max(600).default(120),
  limits: z.array(pace).max(10).default([]),
  consequences: z.array(sentence).min(1).max(10),
  recovery: sentence,
  replies: recordedReplies,
})

/** A parsed vendor file. Only parseVendorFile makes one that the rest of this folder may trust. */
export type VendorFile = z.output<typeof vendorFileSchema>

/** JSON Schema (2020-12) of a vendor file, for editors. */
export const vendorJsonSchema = (): Record<string, unknown> => ({
  title: 'Rekey vendor file',
  ...z.toJSONSchema(vendorFileSchema, { io: 'input', unrepresentable: 'any' }),
})
