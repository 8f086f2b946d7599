import { z } from 'zod'
import { failureCodes, failures, type FailureCode } from '../../../src-contract/failures.ts'
import { characterClasses } from '../characters.ts'

/** The small words of a vendor file: names, sentences, links, pointers, templates. Regexes here are ours, never a file's. */

export const fieldName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and -, starting with a letter, 40 at most')
export const sentence = z.string().min(1, 'must not be empty').max(600, 'is longer than 600 characters')
export const shortText = z.string().min(1, 'must not be empty').max(80, 'is longer than 80 characters')
export const day = z.iso.date('must be a date such as 2026-11-21')
export const template = z.string().max(1000, 'is longer than 1000 characters')
export const characters = z.enum(characterClasses)

export const httpsLink = z
  .string()
  .max(500)
  .regex(
    /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?([/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%[\]-]*)?$/,
    'must be an https link',
  )

export const pointer = z
  .string()
  .max(200)
  .regex(/^(\/([^~/]|~[01])*)+$/, 'must be a JSON Pointer such as /data/api_key')

/** A JSON Pointer into the reply, or `body` for the whole body, trimmed. */
export const keyPlace = z.union([z.literal('body'), pointer], {
  error: 'must be a JSON Pointer such as /data/api_key, or body',
})

export const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'must be a header name')

/** Codes that mean: the vendor said no. */
const refusedCodes = failureCodes.filter((code) => failures[code].happened === 'refused')
export const refusedCode = z.enum(refusedCodes as [FailureCode, ...FailureCode[]])
