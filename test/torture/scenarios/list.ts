import type { Scenario } from '../scenario.ts'
import { killApp, killBoth, killCourier, killKeychainChild } from './kill.ts'

/** Every scenario, in the order of the table in docs/reliability.md. */
export const scenarios: readonly Scenario[] = [killApp, killCourier, killBoth, killKeychainChild]
