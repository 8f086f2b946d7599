import type { ExpiryDays } from './dashboard.ts'
import type { Fault } from './faults/fault.ts'
import type { PendingFault } from './faults/queue.ts'
import type { LogEntry, LogQuery } from './log.ts'
import type { Settings } from './settings.ts'
import type { VendorId } from './vendor-id.ts'

/** One principal at a vendor, with what `rekey add` needs for it. */
export type SandboxPrincipal = {
  /** Its name at the vendor: a login, a user id, or just a name. */
  readonly principal: string
  readonly key: string
  /** Present where the vendor file has inputs. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly secretInputs?: Readonly<Record<string, string>>
}

export type SandboxVendor = Omit<SandboxPrincipal, 'principal'> & {
  readonly baseUrl: string
  /** Somebody who may rotate the others' keys. */
  readonly operator?: Omit<SandboxPrincipal, 'principal'>
}

/** What `rekey sandbox` prints: every vendor's first principal as it was at the start. */
export type SandboxSummary = {
  readonly vendors: Readonly<Record<VendorId, SandboxVendor>>
  /** Base URL of the control API; a token is part of it. */
  readonly control: string
}

export type PendingAtVendor = PendingFault & { readonly vendor: VendorId }

/**
 * The five seed vendors on loopback. A principal left out means the vendor's first one. A name that does not exist
 * throws: it is the caller's mistake.
 */
export type Sandbox = SandboxSummary & {
  readonly summary: SandboxSummary
  readonly addPrincipal: (vendor: VendorId, name?: string, rights?: { readonly isAdmin?: boolean }) => SandboxPrincipal
  /** With their keys as they are now. */
  readonly principals: (vendor: VendorId) => readonly SandboxPrincipal[]

  /** Sets a fault for the next matching requests; answers with its id. */
  readonly inject: (vendor: VendorId, fault: Fault) => string
  readonly faults: () => readonly PendingAtVendor[]
  readonly clearFaults: (vendor?: VendorId) => void
  readonly configure: (vendor: VendorId, settings: Partial<Settings>) => void
  /** Skips time: limits, tokens and expirations believe it. */
  readonly advance: (ms: number) => void

  /** Oldest first. */
  readonly log: (query?: LogQuery) => readonly LogEntry[]
  readonly clearLog: () => void
  /** The first request, past or to come, that matches; rejects after 10 s unless told. */
  readonly waitFor: (matches: (entry: LogEntry) => boolean, timeoutMs?: number) => Promise<LogEntry>

  /** `dead` for a key that the vendor never gave out, too. */
  readonly keyState: (vendor: VendorId, key: string) => 'works' | 'dead'
  /** The key that works now; null if none does. */
  readonly currentKey: (vendor: VendorId, principal?: string) => string | null

  readonly dashboardRotate: (
    vendor: 'userplane',
    principal?: string,
    options?: { readonly expiryDays?: ExpiryDays },
  ) => string
  /** One key more; null if there are three. */
  readonly dashboardCreate: (
    vendor: 'userplane',
    principal?: string,
    options?: { readonly expiryDays?: ExpiryDays },
  ) => string | null
  readonly dashboardDisable: (vendor: 'userplane', principal?: string, isDisabled?: boolean) => void

  /** Ends every connection and frees the ports. */
  readonly close: () => Promise<void>
}
