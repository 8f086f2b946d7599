import { useMemo } from 'react'
import type { CredentialView } from '../../../src-contract/views.ts'
import { useCredentials, vendorName } from '../../state/credentials.ts'
import { useNavigation } from '../../state/navigation.ts'
import { indexOf, matching, sorted } from './arrange.ts'

/** The credentials the list shows now. Each stage is redone only when what it stands on has changed. */
export function useShown(): readonly CredentialView[] {
  const all = useCredentials((state) => state.all)
  const vendors = useCredentials((state) => state.vendors)
  const sort = useNavigation((state) => state.sort)
  const filter = useNavigation((state) => state.filter)
  const query = useNavigation((state) => state.query)
  const index = useMemo(() => indexOf(all, (id) => vendorName(vendors, id)), [all, vendors])
  const ordered = useMemo(() => sorted(index, sort.key, sort.isDown), [index, sort])
  return useMemo(() => matching(index, ordered, filter, query), [index, ordered, filter, query])
}
