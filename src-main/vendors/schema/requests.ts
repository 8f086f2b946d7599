import { z } from 'zod'
import { headerName, keyPlace, pointer, shortText, template } from './texts.ts'

/** What is sent, and how a reply is recognised. */

const auth = z.union(
  [
    z.literal('none'),
    z.strictObject({ bearer: template }).describe('Authorization: Bearer <value>'),
    z.strictObject({ basic: z.strictObject({ user: template, password: template }) }),
    z
      .strictObject({ header: headerName, value: template })
      .describe('any other header, such as Token token="{session}"'),
  ],
  { error: 'must be none, or one of bearer: …, basic: {user, password}, header: … with value: …' },
)
export type AuthForm = z.infer<typeof auth>

const requestBody = z.union(
  [
    z.literal('none').describe('no body, no Content-Length'),
    z.literal('empty').describe('Content-Length: 0'),
    z.strictObject({ json: z.record(z.string(), z.unknown()) }),
    z.strictObject({ text: template }),
    z.strictObject({ form: z.record(z.string(), template) }),
  ],
  { error: 'must be none, empty, or one of json: {…}, text: …, form: {…}' },
)
export type RequestBody = z.infer<typeof requestBody>

export const request = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'LIST']),
  path: z.string().max(500).describe('joined to the base URL; each {x} is one percent-encoded segment'),
  query: z.record(z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), template).optional(),
  headers: z.record(headerName, z.string().max(500)).optional(),
  auth: auth.optional().describe("this request's own; otherwise the file's"),
  body: requestBody.optional(),
})
export type RequestForm = z.infer<typeof request>
export const authForm = auth

const statuses = z
  .array(
    z.union([z.int().min(200).max(599), z.enum(['2xx', '4xx', '5xx'])], {
      error: 'must be a status such as 401, or 2xx, 4xx, 5xx',
    }),
  )
  .min(1)

const scalar = z.union([z.string().max(200), z.number(), z.boolean(), z.null()])

const bodyTest = z
  .strictObject({
    at: pointer,
    equals: scalar.optional(),
    oneOf: z.array(scalar).min(1).optional(),
    equalsInput: z.string().optional().describe('the input of that name, compared as text'),
    is: z.enum(['filled', 'string', 'number', 'boolean', 'object', 'array', 'null']).optional(),
  })
  .refine(
    (test) => [test.equals, test.oneOf, test.equalsInput, test.is].filter((part) => part !== undefined).length === 1,
    'needs exactly one of equals, oneOf, equalsInput, is',
  )
export type BodyTest = z.infer<typeof bodyTest>

const bodyRule = z.union(
  [
    z.literal('empty'),
    z.literal('json').describe('any JSON'),
    z.strictObject({ startsWith: z.array(z.string().min(1).max(200)).min(1) }),
    z.array(bodyTest).min(1),
  ],
  { error: 'must be empty, json, startsWith: [...], or a list of tests' },
)
export type BodyRule = z.infer<typeof bodyRule>

export const replyRule = z.strictObject({ status: statuses, body: bodyRule.optional() })
export type ReplyRule = { readonly status: z.infer<typeof statuses> | 'any'; readonly body?: BodyRule | undefined }

export const anyStatus = z.union([z.literal('any'), statuses], { error: 'must be any, or a list of statuses' })
export const optionalBody = bodyRule.optional()

const retryPlace = z.union([z.literal('header'), pointer], { error: 'must be a JSON Pointer, or header' })
export const retryAfter = z.union([retryPlace, z.array(retryPlace).min(1)]).optional()

export const session = z.strictObject({
  request,
  success: replyRule,
  token: z.strictObject({ from: keyPlace, encode: z.enum(['none', 'base64']).default('none') }),
})

export const pace = z.strictObject({
  scope: z.enum(['key', 'subject', 'account']),
  count: z.int().min(1),
  perSeconds: z.int().min(1).max(31_536_000),
  counts: z.enum(['mint', 'all']).describe('mint: rotations only; all: every call, verify included'),
  text: shortText.describe('as in "Scrapebit allows this once an hour"'),
})
