import type { RotationResult } from '../../../src-contract/views.ts'
import type { Context } from './context.ts'
import { startProgress } from './progress.ts'
import { hintLine, resultLine } from './result-line.ts'

/** Shows where rotations are, and each result as it ends, until stopped. */
export function showLive(context: Context, total: number, width = 0): () => void {
  const { out } = context
  const progress = startProgress(context, total)
  const paint = out.paint('stdout')
  const print = (result: RotationResult): void => {
    progress.clear()
    if (out.isJson) return out.json(result)
    out.result(resultLine(result, paint, width))
    const hint = hintLine(result, paint)
    if (hint !== null) out.result(hint)
  }
  const silence = context.listen((event) => {
    if (event.type === 'rotation.ended') print(event.result)
  })
  return () => {
    silence()
    progress.stop()
  }
}
