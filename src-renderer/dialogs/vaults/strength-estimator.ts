import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

export function makeEstimator(): (text: string) => 0 | 1 | 2 | 3 | 4 {
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
  return (text) => estimator.check(text, ['rekey']).score
}
