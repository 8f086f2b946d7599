import type { VendorFile } from './define-vendor.ts'
import { buildRequest } from './build-request.ts'
import { madeUpKey, shapeWarning } from './key-shape.ts'
import { readMint, readReread, readSession, readVerify } from './read-replies.ts'
import { sealedTemplates } from './request-rules.ts'
import { namesIn, type Values } from './template.ts'
import type { Context, InterpretedVendor } from './vendor.ts'

/**
 * A parsed vendor file as the vendor the engine talks to. Pure. Where `context.operatorInputs` is given, the operator's route is
 * taken and `key` is the operator's; asking for a route that the file does not have is a bug and throws.
 */
export function interpret(file: VendorFile, meta: { readonly hash: string; readonly text: string }): InterpretedVendor {
  const routeOf = (context: Context): 'self' | 'operator' => (context.operatorInputs === null ? 'self' : 'operator')
  const route = (context: Context): NonNullable<NonNullable<VendorFile['rotate']>['self']> => {
    const chosen = file.rotate?.[routeOf(context)]
    if (!chosen) throw new Error(`${file.id} has no way to rotate by ${routeOf(context)}`)
    return chosen
  }
  const auth = (context: Context, key: string): Values => ({ [context.operatorInputs ? 'operator.key' : 'key']: key })
  const needs = rereadNeeds(file)

  return {
    id: file.id,
    name: file.name,
    fileHash: meta.hash,
    fileText: meta.text,
    strategy: file.strategy,
    settleMs: file.settleSeconds * 1000,
    replyWaitMs: file.replyWaitSeconds * 1000,
    probe: file.verify === 'none' ? null : { sideEffect: file.verify.sideEffect },
    pace: file.limits,
    rereadNeeds: needs,
    recovery: file.recovery,
    rotatesBy: { self: file.rotate?.self !== undefined, operator: file.rotate?.operator !== undefined },

    subject: (context) => subjectOf(file, context.inputs),
    session(context, key) {
      const { session } = route(context)
      if (!session) return null
      return buildRequest(file, session.request, context.baseUrl, { ...plain(file, context), ...auth(context, key) })
    },
    readSession: (reply) => readSession(file, reply),
    mint(context, { key, session }) {
      const values: Values = {
        ...plain(file, context),
        ...auth(context, key),
        ...(session === null ? {} : { session }),
      }
      return buildRequest(file, route(context).request, context.baseUrl, values)
    },
    readMint: (reply, context) => readMint(file, reply, context.inputs),
    verify(context, key) {
      if (file.verify === 'none') throw new Error(`${file.id} has no verify call`)
      return buildRequest(file, file.verify.request, context.baseUrl, { ...plain(file, context), key })
    },
    readVerify: (reply) => readVerify(file, reply),
    reread(context, secrets) {
      if (!file.reread || needs === null || !needs.every((name) => Object.hasOwn(secrets, name))) return null
      const given = Object.fromEntries(needs.map((name) => [name, secrets[name]]))
      return buildRequest(file, file.reread.request, context.baseUrl, { ...plain(file, context), ...given })
    },
    readReread: (reply) => readReread(file, reply),
    madeUpKey: (crypto) => madeUpKey(file.key, (alphabet, length) => crypto.randomText(alphabet, length)),
    shapeWarning: (key) => shapeWarning(file.key, key),
  }
}

/** Everything but secrets that a request may name. */
function plain(file: VendorFile, context: Context): Values {
  const values: Record<string, string> = {}
  const names = file.inputs.filter((input) => input.type !== 'secret').map((input) => input.name)
  for (const name of names) {
    const own = Object.hasOwn(context.inputs, name) ? context.inputs[name] : undefined
    if (own !== undefined) values[name] = own
    const theirs = context.operatorInputs
    if (theirs && Object.hasOwn(theirs, name) && theirs[name] !== undefined) values[`operator.${name}`] = theirs[name]
  }
  for (const [name, { from, prefixes }] of Object.entries(file.derived)) {
    const value = values[from]
    const prefix = value === undefined ? undefined : prefixes.find((each) => value.startsWith(each.from))
    if (value !== undefined && prefix) values[name] = prefix.to + value.slice(prefix.from.length)
  }
  return values
}

function subjectOf(file: VendorFile, inputs: Context['inputs']): string | null {
  if (typeof file.subject !== 'object' || !('inputs' in file.subject)) return null
  const parts = file.subject.inputs.map((name) => (Object.hasOwn(inputs, name) ? inputs[name] : undefined))
  return parts.some((part) => part === undefined) ? null : parts.join(':')
}

function rereadNeeds(file: VendorFile): readonly string[] | null {
  if (!file.reread) return null
  const used = new Set(sealedTemplates(file, file.reread.request).flatMap(namesIn))
  return file.inputs.filter((input) => input.type === 'secret' && used.has(input.name)).map((input) => input.name)
}
