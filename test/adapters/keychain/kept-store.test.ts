import { keptStore } from '../../fakes/kept-store.ts'
import { describeSecretStore } from '../../contract/secret-store.ts'

describeSecretStore('the store in memory that tests use', async () => ({
  store: keptStore(),
  close: async () => undefined,
}))
