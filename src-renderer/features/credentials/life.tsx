/** A key's life as a staircase: each key a bar, a step down at every rotation, today, and where the policy ends. */
import type { CredentialView, HistoryEntry } from '../../../src-contract/views.ts'
import { bornAt, dayWord } from '../../ui/words.ts'

const WIDTH = 280
const STEP = 18
const MOST = 5
const DAY = 86_400_000
/** A life of hours is still drawn on a month. */
const SHORTEST = 30 * DAY

type Bar = { readonly from: number; readonly to: number; readonly isNow: boolean }

/** The bars, oldest first; the last is the key of now. */
export function barsOf(credential: CredentialView, history: readonly HistoryEntry[], now: Date): readonly Bar[] {
  const turns = history
    .filter(
      ({ event }) =>
        event === 'rotated' || event === 'set' || event === 'rotated-unverified' || event === 'old-key-alive',
    )
    .map(({ at }) => Date.parse(at))
    .toSorted((a, b) => a - b)
  const born = Date.parse(bornAt(credential))
  const starts = [...new Set([Date.parse(credential.createdAt), ...turns.filter((at) => at < born), born])].toSorted(
    (a, b) => a - b,
  )
  return starts.slice(-MOST).map((from, index, all) => {
    const next = all[index + 1]
    return { from, to: next ?? now.getTime(), isNow: next === undefined }
  })
}

export function Life({
  credential,
  history,
  now,
}: {
  readonly credential: CredentialView
  readonly history: readonly HistoryEntry[]
  readonly now: Date
}) {
  const bars = barsOf(credential, history, now)
  const first = bars[0]?.from ?? now.getTime()
  const born = Date.parse(bornAt(credential))
  const due = credential.maxAgeDays === null ? null : born + credential.maxAgeDays * DAY
  const expires = credential.expiresAt === null ? null : Date.parse(credential.expiresAt)
  const marks = [due, expires].filter((at) => at !== null)
  const last = Math.max(
    now.getTime() + DAY,
    first + SHORTEST,
    ...marks.map((at) => Math.min(at, now.getTime() + 400 * DAY)),
  )
  const x = (at: number): number => Math.round(((at - first) / Math.max(DAY, last - first)) * (WIDTH - 12) * 10) / 10
  const height = bars.length * STEP + 34
  const today = x(now.getTime())
  const days = (bar: Bar): number => Math.max(0, Math.round((bar.to - bar.from) / DAY))
  const sentence = [
    `${bars.length === 1 ? 'One key' : `${bars.length} keys`} since ${dayWord(new Date(first), now)}.`,
    ...bars.map((bar) => (bar.isNow ? `This one is ${days(bar)} days old.` : `One lived ${days(bar)} days.`)),
    due === null ? 'No policy.' : `Due ${dayWord(new Date(due), now)}.`,
    expires === null ? '' : `Expires ${dayWord(new Date(expires), now)}.`,
  ].join(' ')
  const isLate = due !== null && due < now.getTime()
  const isSoon = due !== null && !isLate && due - now.getTime() <= 7 * DAY
  return (
    <svg className="lives" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={sentence}>
      {bars.map((bar, index) => {
        const y = 16 + index * STEP
        const width = Math.max(3, x(bar.to) - x(bar.from))
        const look = bar.isNow ? (isLate ? 'late' : isSoon ? 'now' : 'fine') : 'past'
        // its number stands before it where there is no room behind, or the line of today goes through
        const isRight = x(bar.to) > WIDTH - 70 || (!bar.isNow && today - x(bar.to) < 34 && x(bar.from) > 36)
        return (
          <g key={bar.from}>
            <rect className={look} x={x(bar.from)} y={y} width={width} height="6" rx="3" />
            {!bar.isNow && <path className="drop" d={`M${x(bar.to)} ${y + 6}v${STEP - 6}`} strokeDasharray="1.5 2.5" />}
            <text
              className={bar.isNow ? 't1' : undefined}
              x={isRight ? Math.max(30, x(bar.from) - 6) : x(bar.to) + 6}
              y={y + 6.5}
              textAnchor={isRight ? 'end' : 'start'}
            >
              {`${days(bar)} d`}
            </text>
          </g>
        )
      })}
      <path className="today" d={`M${today} 6v${height - 24}`} shapeRendering="crispEdges" />
      <text className="t1" x={Math.max(30, today - 5)} y="9" textAnchor="end">
        today
      </text>
      {marks.map((at) => (
        <path key={at} className="mark" d={`M${Math.min(WIDTH - 2, x(at))} ${height - 40}v14`} />
      ))}
      <text x="0" y={height - 4}>
        {dayWord(new Date(first), now)}
      </text>
      <text x={WIDTH} y={height - 4} textAnchor="end">
        {dayWord(new Date(last), now)}
      </text>
    </svg>
  )
}
