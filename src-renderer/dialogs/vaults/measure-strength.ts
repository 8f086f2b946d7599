/** How hard a passphrase is to guess. The estimator is larger than the rest of the window, and comes when it is first needed. */
export type Strength = 0 | 1 | 2 | 3 | 4

let estimator: Promise<(text: string) => Strength> | null = null

/** The estimator looks no further; what is longer is no weaker. */
const LONGEST = 128

export async function measureStrength(text: string): Promise<Strength> {
  estimator ??= import('./strength-estimator.ts').then(({ makeEstimator }) => makeEstimator())
  return (await estimator)(text.slice(0, LONGEST))
}
