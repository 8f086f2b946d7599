import type { ExpiryDays } from './dashboard.ts'
import type { Fault } from './faults/fault.ts'
import type { PendingFault } from './faults/queue.ts'
import type { LogEntry } from './log.ts'
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

/** A fault and the vendor it waits at. */
export type FaultAt = Fault & { readonly vendor: string }
export type PendingAt = PendingFault & { readonly vendor: VendorId }

export type DashboardOptions = { readonly expiryDays?: ExpiryDays }

/**
 * What can be done with the five vendors, in this process or by the control API. A principal left out, or `default`, is
 * the vendor's first one. A vendor or principal that does not exist throws: it is the caller's mistake.
 */
export type SandboxActions = {
  addPrincipal(vendor: string, name?: string, rights?: { readonly isAdmin?: boolean }): SandboxPrincipal
  /** With their keys as they are now. */
  principals(vendor: string): readonly SandboxPrincipal[]

  /** Sets a fault for the next matching requests; answers with its id. */
  inject(fault: FaultAt): string
  faults(): readonly PendingAt[]
  clearFaults(vendor?: string): void
  configure(vendor: string, settings: Partial<Settings>): void
  /** Skips time: limits, tokens and expirations believe it. */
  advance(ms: number): void

  clearLog(): void
  /** The first request, past or to come, that matches; rejects after 10 s unless told. */
  waitFor(matches: (entry: LogEntry) => boolean, timeoutMs?: number): Promise<LogEntry>

  /** `dead` for a key that the vendor never gave out, too. */
  keyState(vendor: string, key: string): 'works' | 'dead'
  /** The key that works now; null if none does. */
  currentKey(vendor: string, principal?: string): string | null

  dashboardRotate(vendor: 'userplane', principal?: string, options?: DashboardOptions): string
  /** One key more; null if there are three. */
  dashboardCreate(vendor: 'userplane', principal?: string, options?: DashboardOptions): string | null
  dashboardDisable(vendor: 'userplane', principal?: string, isDisabled?: boolean): void
}

/** The five seed vendors on loopback. */
export type Sandbox = SandboxSummary &
  SandboxActions & {
    readonly summary: SandboxSummary
    /** Every request so far, oldest first. */
    readonly log: readonly LogEntry[]
    /** Ends every connection and frees the ports. */
    close(): Promise<void>
  }
