import { z } from 'zod'
import { failureCodes } from '../../../src-contract/failures.ts'
import {
  credentialDetails,
  credentialView,
  doctorReport,
  historyEntry,
  rotationResult,
  vendorView,
  verifyResult,
} from '../../../src-contract/views.ts'
import type { Ran } from './world.ts'

/**
 * What `--json` prints, held to the contract: one compact line a value, keys in the order that cli.md shows them, absent
 * values null, and a usage failure as one object on stderr with nothing on stdout.
 */
type Shape = { readonly schema: z.ZodType; readonly keys: readonly string[] | null }

const credentialKeys = [
  ...['name', 'label', 'vendor', 'baseUrl', 'inputs', 'subject', 'operator', 'tags', 'usedBy', 'store', 'tail'],
  ...['fingerprint', 'state', 'createdAt', 'rotatedAt', 'verifiedAt', 'expiresAt', 'maxAgeDays', 'openRotation'],
]
/** `code`, `retryAfterSeconds` and `hint` may be absent. */
const resultKeys = [
  ...['v', 'name', 'vendor', 'rotationId', 'outcome', 'settled', 'code', 'retryAfterSeconds', 'oldKey', 'newKey'],
  ...['message', 'hint', 'durationMs'],
]
const vendorKeys = ['id', 'name', 'baseUrl', 'strategy', 'inputs', 'evidence', 'checked', 'source']

const result: Shape = { schema: rotationResult, keys: resultKeys }
const shapes: Readonly<Record<string, Shape>> = {
  add: { schema: credentialView, keys: credentialKeys },
  edit: { schema: credentialView, keys: credentialKeys },
  list: { schema: z.array(credentialView), keys: credentialKeys },
  show: { schema: credentialDetails, keys: [...credentialKeys, 'history'] },
  history: { schema: z.array(historyEntry), keys: ['at', 'name', 'event', 'rotationId', 'detail'] },
  vendors: { schema: z.array(vendorView), keys: vendorKeys },
  rotate: result,
  recover: result,
  set: result,
  verify: { schema: verifyResult, keys: ['name', 'state', 'checkedAt'] },
  doctor: { schema: doctorReport, keys: ['ok', 'checks', 'open'] },
}

const complaint = z.strictObject({
  error: z.strictObject({ code: z.enum(failureCodes), message: z.string().min(1), hint: z.string() }),
})

/** Throws if what a `--json` command printed is not what was promised. Knows plain commands only: no shell around them. */
export function checkShapes(command: string, ran: Ran): void {
  const [program, name = ''] = command.split(' ')
  if (program !== 'rekey' || !/ --json\b/.test(command) || /[|;&>]/.test(command)) return
  if (ran.code === 2 && name !== 'vendor') {
    if (ran.stdout !== '') throw new Error(`a usage failure printed ${ran.stdout}`)
    complaint.parse(onlyLine(ran.stderr))
  }
  const shape = shapes[name]
  if (!shape) return
  for (const line of ran.stdout.split('\n').filter((each) => each !== '')) {
    const value = shape.schema.parse(JSON.parse(line)) as unknown
    if (JSON.stringify(JSON.parse(line)) !== line) throw new Error(`not compact: ${line}`)
    for (const each of Array.isArray(value) ? (JSON.parse(line) as object[]) : [JSON.parse(line) as object]) {
      checkOrder(Object.keys(each), shape.keys ?? [])
    }
  }
}

/** Keys stand in the promised order; only those that may be absent are. */
function checkOrder(found: readonly string[], promised: readonly string[]): void {
  const expected = promised.filter((key) => found.includes(key))
  if (found.join() !== expected.join()) throw new Error(`keys are ${found.join()} and should be ${expected.join()}`)
}

function onlyLine(text: string): unknown {
  const lines = text.trimEnd().split('\n')
  if (lines.length !== 1) throw new Error(`not one line: ${text}`)
  return JSON.parse(lines[0] ?? '')
}
