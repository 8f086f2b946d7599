import { escapeText } from '../../src-contract/escape.ts'
import type { ExchangeReply } from '../../src-contract/exchange.ts'
import { checkBaseUrl } from './base-url.ts'
import type { VendorFile } from './define-vendor.ts'
import { interpret } from './interpret.ts'
import { readVendorFile } from './parse-vendor-file.ts'
import type { RecordedReply } from './schema/recorded.ts'
import type { Context, InterpretedVendor } from './vendor.ts'

/**
 * Proves a vendor file without a network: shape and rules, then every recorded reply against the interpreter, then every
 * request the file can make, built with its examples. Shown texts are escaped already; nothing is sent.
 */
export type CheckFinding = {
  readonly level: 'error' | 'warning' | 'note'
  readonly path: string
  readonly message: string
}
export type CheckReport = { readonly id: string | null; readonly findings: readonly CheckFinding[] }

const finding = (level: CheckFinding['level'], path: string, message: string): CheckFinding => ({
  level,
  path: escapeText(path),
  message: escapeText(message),
})

/** The report on a file's text; it is fit for use if no finding is an error. Never throws. */
export function checkVendorFile(text: string): CheckReport {
  const read = readVendorFile(text)
  if (read.file === null)
    return {
      id: null,
      findings: read.issues.map(({ line, path, message }) =>
        finding('error', path, line === null ? message : `line ${line}: ${message}`),
      ),
    }
  const { file } = read
  const vendor = interpret(file, { hash: '', text })
  return {
    id: file.id,
    findings: [...replyFindings(file, vendor), ...coverage(file), ...requestFindings(file, vendor)],
  }
}

export const sampleInputs = (file: VendorFile): Readonly<Record<string, string>> =>
  Object.fromEntries(file.inputs.filter((input) => input.type !== 'secret').map((input) => [input.name, input.example]))

/** A recorded reply as the wire would give it. */
export const recordedExchange = (reply: RecordedReply): ExchangeReply => ({
  status: reply.status,
  headers: Object.fromEntries(Object.entries(reply.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
  body: reply.body ?? (reply.json === undefined ? '' : JSON.stringify(reply.json)),
  complete: !reply.torn,
})

function replyFindings(file: VendorFile, vendor: InterpretedVendor): CheckFinding[] {
  const context = sampleContext(file, 'https://vendor.example')
  const findings: CheckFinding[] = []
  const compare = (
    kind: keyof VendorFile['replies'],
    index: number,
    name: string,
    wanted: object,
    got: object,
  ): void => {
    const [left, right] = [JSON.stringify(wanted), JSON.stringify(got)]
    if (left !== right)
      findings.push(finding('error', `replies.${kind}[${index}]`, `"${name}" reads as ${right}, not as ${left}`))
  }
  file.replies.mint.forEach((reply, index) => {
    if (!file.rotate) return
    compare('mint', index, reply.name, reply.reads, mintSummary(vendor.readMint(recordedExchange(reply), context)))
  })
  file.replies.session.forEach((reply, index) => {
    const read = vendor.readSession(recordedExchange(reply))
    compare('session', index, reply.name, reply.reads, { token: read.ok ? read.value : null })
  })
  file.replies.verify.forEach((reply, index) => {
    compare('verify', index, reply.name, reply.reads, vendor.readVerify(recordedExchange(reply)))
  })
  file.replies.reread.forEach((reply, index) => {
    compare('reread', index, reply.name, reply.reads, { key: vendor.readReread(recordedExchange(reply)) })
  })
  return findings
}

type MintReads = VendorFile['replies']['mint'][number]['reads']

function mintSummary(reading: ReturnType<InterpretedVendor['readMint']>): MintReads {
  switch (reading.verdict) {
    case 'success':
      return { verdict: 'success', key: reading.candidates[0] }
    case 'refused':
      return reading as Extract<MintReads, { verdict: 'refused' }>
    case 'unclear':
      return { verdict: 'unclear', candidates: [...reading.candidates] }
  }
}

function coverage(file: VendorFile): CheckFinding[] {
  const missing: CheckFinding[] = []
  const need = (kind: keyof VendorFile['replies'], what: string, has: boolean): void => {
    if (!has) missing.push(finding('error', `replies.${kind}`, `record ${what}`))
  }
  const { mint, verify, session, reread } = file.replies
  if (file.rotate) {
    need(
      'mint',
      'a success',
      mint.some(({ reads }) => reads.verdict === 'success'),
    )
    need(
      'mint',
      'a torn success',
      mint.some(({ torn, reads }) => torn && reads.verdict === 'unclear'),
    )
    for (const [index, rule] of file.rotate.refusals.entries())
      if (!mint.some(({ reads }) => reads.verdict === 'refused' && reads.code === rule.code))
        missing.push(finding('warning', `rotate.refusals[${index}]`, `no recorded reply reads as ${rule.code}`))
    if (file.rotate.self?.session ?? file.rotate.operator?.session)
      need(
        'session',
        'one that opens a session',
        session.some(({ reads }) => reads.token !== null),
      )
  }
  if (file.verify === 'none')
    missing.push(finding('warning', 'verify', 'without it no rotation can be proven: each needs --unproven'))
  else
    for (const answer of ['works', 'dead', 'unknown'] as const)
      need(
        'verify',
        `one that reads as ${answer}`,
        verify.some(({ reads }) => reads.answer === answer),
      )
  if (file.reread)
    need(
      'reread',
      'one that gives the key',
      reread.some(({ reads }) => reads.key !== null),
    )
  if (file.evidence !== 'confirmed')
    missing.push(finding('warning', 'evidence', `${file.evidence}: people are told so before they rotate`))
  return missing
}

const sampleContext = (file: VendorFile, baseUrl: string, byOperator = false): Context => ({
  baseUrl,
  inputs: sampleInputs(file),
  operatorInputs: byOperator ? sampleInputs(file) : null,
})

function requestFindings(file: VendorFile, vendor: InterpretedVendor): CheckFinding[] {
  const base = checkBaseUrl(file, file.baseUrl ?? 'https://127.0.0.1/prefix')
  if (!base.ok) return [finding('error', 'baseUrl', base.failure.fields['why'] ?? 'cannot be used')]
  const findings: CheckFinding[] = []
  const build = (path: string, make: () => ReturnType<InterpretedVendor['session']>): void => {
    try {
      const request = make()
      if (request) findings.push(finding('note', path, `${request.method} ${request.url}`))
    } catch (error) {
      findings.push(finding('error', path, error instanceof Error ? error.message : 'cannot be built'))
    }
  }
  const key = 'KEY'
  if (file.verify !== 'none') build('verify', () => vendor.verify(sampleContext(file, base.value), key))
  for (const by of ['self', 'operator'] as const) {
    if (!vendor.rotatesBy[by]) continue
    const context = sampleContext(file, base.value, by === 'operator')
    build(`rotate.${by}.session`, () => vendor.session(context, key))
    build(`rotate.${by}`, () => vendor.mint(context, { key, session: file.rotate?.[by]?.session ? 'TOKEN' : null }))
  }
  const secrets = Object.fromEntries((vendor.rereadNeeds ?? []).map((name) => [name, 'SECRET']))
  build('reread', () => vendor.reread(sampleContext(file, base.value), secrets))
  return findings
}
