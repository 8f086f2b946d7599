import type { RotationResult } from '../../../src-contract/views.ts'
import type { Context } from './context.ts'
import { startProgress } from './progress.ts'
import { hintLine, resultLine } from './result-line.ts'

/**
 * Shows where rotations are, and each result as it ends, until stopped. What is given then and was not shown yet follows: each
 * credential has its line, whether or not its ending was announced.
 */
export function showLive(context: Context, total: number, width = 0): (all?: readonly RotationResult[]) => void {
  const { out } = context
  const progress = startProgress(context, total)
  const paint = out.paint('stdout')
  const shown = new Set<string>()
  const print = (result: RotationResult): void => {
    shown.add(result.name)
    progress.clear()
    if (out.isJson) return out.json(result)
    out.result(resultLine(result, paint, width))
    const hint = hintLine(result, paint)
    if (hint !== null) out.result(hint)
  }
  const silence = context.listen((event) => {
    if (event.type === 'rotation.ended') print(event.result)
  })
  return (all = []) => {
    silence()
    for (const result of all) if (!shown.has(result.name)) print(result)
    progress.stop()
  }
}
