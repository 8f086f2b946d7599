import type { ExchangeReply } from '../../src-contract/exchange.ts'
import { parseJson, valueAt } from './pointer.ts'
import { isNeverRefusal } from './reply-rules.ts'
import type { BodyRule, BodyTest, ReplyRule } from './schema/requests.ts'

/**
 * Whether a reply is what a rule says. A body rule that JSON cannot prove by itself (empty, a text's start) needs a
 * whole body; JSON that parses is whole by its own framing.
 */
export function matches(rule: ReplyRule, reply: ExchangeReply, inputs: Readonly<Record<string, string>> = {}): boolean {
  return hasStatus(rule.status, reply.status) && (rule.body === undefined || hasBody(rule.body, reply, inputs))
}

function hasStatus(statuses: ReplyRule['status'], status: number): boolean {
  if (statuses === 'any') return !isNeverRefusal(status)
  return statuses.some((each) =>
    typeof each === 'number' ? each === status : each.charAt(0) === String(status).charAt(0),
  )
}

function hasBody(rule: BodyRule, reply: ExchangeReply, inputs: Readonly<Record<string, string>>): boolean {
  if (rule === 'empty') return reply.complete && reply.body === ''
  if (rule === 'json') return isContainer(parseJson(reply.body))
  if (Array.isArray(rule)) {
    const json = parseJson(reply.body)
    return json !== undefined && rule.every((test) => passes(test, valueAt(json, test.at), inputs))
  }
  return reply.complete && rule.startsWith.some((start) => reply.body.startsWith(start))
}

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null

function passes(test: BodyTest, value: unknown, inputs: Readonly<Record<string, string>>): boolean {
  if (test.equals !== undefined) return value === test.equals
  if (test.oneOf !== undefined) return test.oneOf.some((each) => each === value)
  if (test.equalsInput !== undefined)
    return (
      Object.hasOwn(inputs, test.equalsInput) &&
      (typeof value === 'string' || typeof value === 'number') &&
      String(value) === inputs[test.equalsInput]
    )
  switch (test.is) {
    case 'filled':
      return typeof value === 'string' && value.trim() !== ''
    case 'array':
      return Array.isArray(value)
    case 'null':
      return value === null
    case 'object':
      return isContainer(value) && !Array.isArray(value)
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === test.is
    case undefined:
      return false
  }
}
