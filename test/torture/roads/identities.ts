import { makeCertificates, pinOf } from '../../fixtures/wire-certificates.ts'
import type { VendorId } from '../../../src-main/sandbox/vendor-id.ts'
import type { Identity } from '../../fixtures/wire-server.ts'

/** Where keys of each may go by its vendor file: their true names, which nobody but the name server of a world is asked for. */
export const hosts: Readonly<Partial<Record<VendorId, string>>> = {
  projectdiscovery: 'api.projectdiscovery.io',
  scrapebit: 'api.scrapebit.com',
  hienergy: 'app.hienergy.ai',
  conjur: 'vendor.test',
}

/** The certificate that is right, for those and 127.0.0.1, and those that are each wrong in a way of their own. */
export type Identities = {
  readonly caPem: string
  readonly right: Identity
  readonly pin: string
  readonly wrong: Readonly<Record<string, Identity>>
}

let made: Identities | undefined

/** Made once a process. */
export function identities(): Identities {
  if (made) return made
  const [ours, theirs] = [makeCertificates(Object.values(hosts)), makeCertificates(Object.values(hosts))]
  const wrong = {
    'of another host': ours.elsewhere,
    'self-signed': ours.lone,
    'of another authority': theirs.signed,
    expired: ours.expired,
  }
  made = { caPem: ours.caPem, right: ours.signed, pin: pinOf(ours.signed.cert), wrong }
  return made
}
