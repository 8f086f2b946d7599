import { z } from 'zod'
import { failureCodes } from './failures.ts'
import { outcomeNames } from './outcomes.ts'

/** What the outside sees: ids, labels, tails and fingerprints. No view has a field that could hold a secret. */

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable()
const time = z.iso.datetime()

export const namePattern = /^[A-Za-z0-9][A-Za-z0-9._/@:+-]{0,127}$/
export const credentialName = z.string().regex(namePattern)

export const storeKind = z.enum(['os', 'sealed'])
export type StoreKind = z.infer<typeof storeKind>

export const credentialState = z.enum([
  'healthy',
  'due',
  'overdue',
  'expired',
  'unverified',
  'rotating',
  'needs-attention',
  'guided-waiting',
])
export type CredentialState = z.infer<typeof credentialState>

export const credentialView = z.strictObject({
  name: z.string(),
  label: nullable(z.string()),
  vendor: z.string(),
  baseUrl: nullable(z.string()),
  inputs: z.record(z.string(), z.string()),
  subject: nullable(z.string()),
  operator: nullable(z.string()),
  tags: z.array(z.string()),
  usedBy: z.array(z.string()),
  store: storeKind,
  tail: nullable(z.string()),
  fingerprint: z.string(),
  state: credentialState,
  createdAt: time,
  rotatedAt: nullable(time),
  verifiedAt: nullable(time),
  expiresAt: nullable(time),
  maxAgeDays: nullable(z.number().int()),
  /** What came with an import and waits for a person's word; absent where nothing does. */
  unconfirmed: z.array(z.enum(['address', 'operator'])).optional(),
  openRotation: nullable(
    z.strictObject({ rotationId: z.string(), outcome: nullable(z.enum(outcomeNames)), startedAt: time }),
  ),
})
export type CredentialView = z.infer<typeof credentialView>

export const historyEntry = z.strictObject({
  at: time,
  name: z.string(),
  event: z.string(),
  rotationId: nullable(z.string()),
  detail: z.record(z.string(), z.unknown()),
})
export type HistoryEntry = z.infer<typeof historyEntry>

export const credentialDetails = credentialView.extend({ history: z.array(historyEntry) })

export const rotationResult = z.strictObject({
  v: z.literal(1),
  name: z.string(),
  vendor: z.string(),
  rotationId: nullable(z.string()),
  outcome: z.enum(outcomeNames),
  settled: z.boolean(),
  code: z.enum(failureCodes).optional(),
  retryAfterSeconds: z.number().int().nonnegative().optional(),
  oldKey: z.enum(['works', 'dead', 'unknown']),
  newKey: nullable(z.strictObject({ tail: nullable(z.string()), fingerprint: z.string() })),
  message: z.string(),
  hint: z.string().optional(),
  durationMs: z.number().int().nonnegative(),
})
export type RotationResult = z.infer<typeof rotationResult>

export const verifyResult = z.strictObject({
  name: z.string(),
  state: z.enum(['works', 'dead', 'unknown']),
  checkedAt: time,
})
export type VerifyResult = z.infer<typeof verifyResult>

export const vendorView = z.strictObject({
  id: z.string(),
  name: z.string(),
  baseUrl: nullable(z.string()),
  strategy: z.enum(['in-place', 'guided', 'none']),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      type: z.string(),
      required: z.boolean(),
      secret: z.boolean(),
    }),
  ),
  evidence: z.enum(['confirmed', 'partial', 'unconfirmed']),
  checked: z.string(),
  source: z.enum(['built-in', 'user']),
})
export type VendorView = z.infer<typeof vendorView>

export const doctorReport = z.strictObject({
  ok: z.boolean(),
  checks: z.array(z.strictObject({ id: z.string(), ok: z.boolean(), detail: z.string(), hint: nullable(z.string()) })),
  open: z.array(z.strictObject({ name: z.string(), rotationId: z.string(), outcome: nullable(z.enum(outcomeNames)) })),
})
export type DoctorReport = z.infer<typeof doctorReport>

/** What a person must know before a rotation: from the vendor file, in its own words. */
export const rotationPlan = z.strictObject({
  name: z.string(),
  vendor: z.string(),
  vendorName: z.string(),
  strategy: z.enum(['in-place', 'guided', 'none']),
  tail: nullable(z.string()),
  consequences: z.array(z.string()),
  limits: z.array(z.string()),
  usedBy: z.array(z.string()),
  operator: nullable(z.string()),
  recovery: z.string(),
  /** What is odd about the data folder itself: on a network, synced, in a folder that anybody may change. */
  warnings: z.array(z.string()).optional(),
  guided: nullable(
    z.strictObject({
      steps: z.array(z.string()),
      dashboardUrl: z.string(),
      keyPrefix: nullable(z.string()),
      expiryChoices: z.array(z.strictObject({ label: z.string(), days: nullable(z.number().int()) })),
    }),
  ),
})
export type RotationPlan = z.infer<typeof rotationPlan>
