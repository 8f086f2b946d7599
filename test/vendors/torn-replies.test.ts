import { describe, expect, it } from 'vitest'
import { nodeWire } from '../../src-main/adapters/http/wire.ts'
import { recordedExchange, sampleInputs } from '../../src-main/vendors/check-vendor-file.ts'
import { render, type Framing } from '../../src-main/sandbox/http/reply.ts'
import { catalogFile, vendorFileOf, vendorOf } from '../contract/vendor-file.ts'

/**
 * Every documented reply to a rotation, of every in-place vendor, torn at every byte: before its headers, in them, at their end
 * and after. What broke off is never a success and never a refusal.
 */
const inPlace = ['projectdiscovery', 'scrapebit', 'hienergy', 'conjur'] as const

describe.each(inPlace)('a reply of %s', (id) => {
  const text = catalogFile(id)
  const file = vendorFileOf(text)
  const vendor = vendorOf(text)
  const context = { baseUrl: 'https://x.example', inputs: sampleInputs(file), operatorInputs: null }
  const replies = (file.replies.mint ?? []).filter((recorded) => recorded.torn !== true)

  it.each(['length', 'chunked'] as const)(
    'torn at any byte is neither a success nor a refusal (%s)',
    async (framing: Framing) => {
      let read = 0
      for (const recorded of replies) {
        const { status, headers, body } = recordedExchange(recorded)
        const { bytes } = render({ status, headers, body }, framing, false, 0)
        const whole = await nodeWire.parse(bytes, true)
        const verdict = whole && vendor.readMint(whole, context)
        for (let at = 0; at < bytes.length; at += 1) {
          const reply = await nodeWire.parse(bytes.subarray(0, at), true)
          read += 1
          if (!reply) continue
          const where = `${recorded.name}, ${framing}, cut at ${at} of ${bytes.length}`
          const reading = vendor.readMint(reply, context)
          expect(reading.verdict, where).toBe('unclear')
          if (reading.verdict === 'unclear') expect(reading.torn, where).toBe(true)
          // part of a key may be tried, and is refused by its vendor; anything else is not
          if (reading.verdict === 'unclear' && verdict?.verdict === 'success') {
            const strange = reading.candidates.filter((key) => !verdict.candidates.some((one) => one.startsWith(key)))
            expect(strange, where).toEqual([])
          }
        }
      }
      expect(read).toBeGreaterThan(1000)
    },
    120_000,
  )
})
