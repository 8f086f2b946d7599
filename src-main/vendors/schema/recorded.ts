import { z } from 'zod'
import { refusedCode, shortText } from './texts.ts'

/**
 * Recorded replies: what the vendor answers and how it must be read, so that a file is testable offline. `json` is
 * sent as compact JSON, `body` as it stands; `torn` breaks the connection after it. Keys in them are made up.
 */
const reply = {
  name: z.string().min(1).max(120),
  status: z.int().min(100).max(599),
  headers: z.record(z.string(), z.string()).optional(),
  json: z.unknown().optional(),
  body: z.string().optional(),
  torn: z.boolean().default(false),
}

const minted = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('success'), key: z.string() }),
  z.strictObject({
    verdict: z.literal('refused'),
    code: refusedCode,
    auth: z.boolean().default(false),
    retryAfterSeconds: z.int().nullable().default(null),
  }),
  z.strictObject({ verdict: z.literal('unclear'), candidates: z.array(z.string()).max(3).default([]) }),
])

const verified = z.strictObject({
  answer: z.enum(['works', 'dead', 'unknown']),
  code: refusedCode.nullable().default(null),
  subject: z.string().nullable().default(null),
})

const found = z.strictObject({ key: shortText.nullable() })
const opened = z.strictObject({ token: z.string().nullable() })

export const recordedReplies = z.strictObject({
  mint: z.array(z.strictObject({ ...reply, reads: minted })).default([]),
  session: z.array(z.strictObject({ ...reply, reads: opened })).default([]),
  verify: z.array(z.strictObject({ ...reply, reads: verified })).default([]),
  reread: z.array(z.strictObject({ ...reply, reads: found })).default([]),
})
export type RecordedReplies = z.infer<typeof recordedReplies>
export type RecordedReply = Omit<RecordedReplies['mint'][number], 'reads'>
