import type { ExchangeReply } from '../../src-contract/exchange.ts'
import { fail } from '../../src-contract/failures.ts'
import { err, ok, type Result } from '../../src-contract/result.ts'
import type { VendorFile } from './define-vendor.ts'
import { base64 } from './encode.ts'
import { matches } from './match-reply.ts'
import { parseJson, valueAt } from './pointer.ts'
import { candidatesIn, keyAt } from './read-key.ts'
import { retryAfterSeconds } from './retry-after.ts'
import type { Context, MintReading, VerifyReading } from './vendor.ts'

/**
 * Reads replies by the file's rules. Nothing is guessed: a mint is a success only if whole and clean, a refusal only if a
 * rule of the file says so, and everything else is unclear. A key is dead only if a rule says so.
 */
export function readMint(file: VendorFile, reply: ExchangeReply, inputs: Context['inputs']): MintReading {
  const { rotate } = file
  if (!rotate) throw new Error(`${file.id} makes no keys`)
  const isSuccess = matches(rotate.success, reply, inputs)
  if (isSuccess) {
    const key = keyAt(reply, rotate.newKey)
    if (key !== null) return { verdict: 'success', clean: true, candidates: [key] }
  }
  if (!isSuccess && reply.complete) {
    const rule = rotate.refusals.find((each) => matches(each, reply))
    if (rule)
      return {
        verdict: 'refused',
        code: rule.code,
        auth: rule.auth,
        retryAfterSeconds: rule.retryAfter === undefined ? null : retryAfterSeconds(reply, rule.retryAfter),
      }
  }
  return { verdict: 'unclear', torn: !reply.complete, candidates: candidatesIn(reply, rotate.newKey, file.key) }
}

export function readVerify(file: VendorFile, reply: ExchangeReply): VerifyReading {
  const { verify } = file
  if (verify === 'none') return { answer: 'unknown', code: null, subject: null }
  if (matches(verify.works, reply)) return { answer: 'works', code: null, subject: subjectIn(file, reply) }
  const dead = verify.dead.find((rule) => matches(rule, reply))
  if (dead) return { answer: 'dead', code: dead.code ?? null, subject: null }
  const unknown = verify.unknown.find((rule) => matches(rule, reply))
  return { answer: 'unknown', code: unknown?.code ?? null, subject: null }
}

/** Who the vendor says the key belongs to: one line of at most 200 printable characters, or nobody. */
function subjectIn(file: VendorFile, reply: ExchangeReply): string | null {
  if (typeof file.subject !== 'object' || !('reply' in file.subject)) return null
  const value = valueAt(parseJson(reply.body), file.subject.reply)
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && /^[!-~\p{L}\p{N} ]{1,200}$/u.test(text) && text.trim() !== '' ? text : null
}

export function readReread(file: VendorFile, reply: ExchangeReply): string | null {
  if (!file.reread || !matches(file.reread.success, reply)) return null
  return keyAt(reply, file.reread.newKey)
}

/** The session's token, from whichever of the file's session steps knows such a reply. */
export function readSession(file: VendorFile, reply: ExchangeReply): Result<string> {
  const refused = (why: string): Result<string> => err(fail('session', { vendor: file.name, why }))
  const steps = [file.rotate?.operator?.session, file.rotate?.self?.session].filter((step) => step !== undefined)
  const step = steps.find((each) => matches(each.success, reply))
  if (!step) {
    const isGood = reply.status >= 200 && reply.status < 300
    if (isGood && !reply.complete) return refused('its answer broke off')
    return refused(isGood ? 'its answer is not one its file knows' : `it answered ${reply.status}`)
  }
  if (!reply.complete) return refused('its answer broke off')
  const { from, encode } = step.token
  const token = from === 'body' ? reply.body : valueAt(parseJson(reply.body), from)
  if (typeof token !== 'string' || token === '') return refused('its answer holds no token')
  const text = encode === 'base64' ? base64(token) : token.trim()
  return /^[\x20-\x7e]+$/.test(text) ? ok(text) : refused('its token is not printable')
}
