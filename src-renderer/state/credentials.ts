import { create } from 'zustand'
import type { Failure } from '../../src-contract/failures.ts'
import type { CredentialView, VendorView } from '../../src-contract/views.ts'
import { client } from '../client/client.ts'
import { compactor, merged } from './compact.ts'

type Credentials = {
  readonly all: readonly CredentialView[]
  readonly byName: ReadonlyMap<string, CredentialView>
  readonly vendors: ReadonlyMap<string, VendorView>
  readonly isLoaded: boolean
  /** Why the list shown may be old; the list stays. */
  readonly failure: Failure | null
}

export const useCredentials = create<Credentials>(() => ({
  all: [],
  byName: new Map(),
  vendors: new Map(),
  isLoaded: false,
  failure: null,
}))

let compact = compactor()
let loading: Promise<void> | null = null
let isStale = false

/** Reads the list anew. Calls that come while it is read are answered by one more reading, however many they are. */
export function loadCredentials(): Promise<void> {
  if (loading) {
    isStale = true
    return loading
  }
  loading = read().finally(() => {
    loading = null
    if (isStale) {
      isStale = false
      void loadCredentials()
    }
  })
  return loading
}

async function read(): Promise<void> {
  const listed = await client().call('credential.list', {})
  if (!listed.ok) {
    useCredentials.setState({ failure: listed.failure, isLoaded: true })
    return
  }
  const was = useCredentials.getState()
  const all = merged(was.all, was.byName, listed.value.map(compact))
  if (all === was.all && was.isLoaded) {
    if (was.failure !== null) useCredentials.setState({ failure: null })
    return
  }
  const byName = new Map(all.map((credential) => [credential.name, credential]))
  useCredentials.setState({ all, byName, isLoaded: true, failure: null })
}

/** What is known goes, and what it was made of. */
export function forgetCredentials(): void {
  compact = compactor()
  useCredentials.setState({ all: [], byName: new Map(), isLoaded: false, failure: null })
}

export async function loadVendors(): Promise<void> {
  const listed = await client().call('vendor.list', {})
  if (listed.ok) useCredentials.setState({ vendors: new Map(listed.value.map((vendor) => [vendor.id, vendor])) })
}

/** The vendor's own name; its id where no file says more. */
export const vendorName = (vendors: ReadonlyMap<string, VendorView>, id: string): string =>
  vendors.get(id)?.name ?? (id === 'other' ? 'no vendor' : id)
