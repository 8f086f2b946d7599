import { describe, expect, it } from 'vitest'
import { type Report, summarise, summaryLine } from '../../scripts/test-summary.ts'

const report = (numbers: Partial<Report>): Report => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...numbers,
})

describe('the summary of a test run', () => {
  it('is the last line that machines read', () => {
    expect(summaryLine(summarise(report({ numPassedTests: 12 }), 0))).toBe('12 passed, 0 failed')
    expect(summaryLine(summarise(report({ numPassedTests: 12, numFailedTests: 2 }), 1))).toBe('12 passed, 2 failed')
  })

  it('names skipped tests only when there are any', () => {
    expect(summaryLine(summarise(report({ numPassedTests: 3, numPendingTests: 2, numTodoTests: 1 }), 0))).toBe(
      '3 passed, 0 failed, 3 skipped',
    )
  })

  it('counts a file that did not load as a failure', () => {
    const broken = { name: 'a.test.ts', status: 'failed', assertionResults: [] }
    expect(summarise(report({ numPassedTests: 5, testResults: [broken] }), 1).failed).toBe(1)
  })

  it('does not count a failed test a second time by its file', () => {
    const file = { name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }
    expect(summarise(report({ numPassedTests: 1, numFailedTests: 1, testResults: [file] }), 1).failed).toBe(1)
  })

  it('never reports zero failures for a run that failed, ran nothing or left no report', () => {
    expect(summarise(report({ numPassedTests: 5 }), 1).failed).toBe(1)
    expect(summarise(report({ numPendingTests: 5 }), 0).failed).toBe(1)
    expect(summarise(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})
