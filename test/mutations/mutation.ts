/**
 * A mitigation taken away: `text`, which stands once in `file`, becomes `becomes`. The test that its row of docs/security-model.md
 * names must fail then. Where a row says several things, each has one of its own, and `by` names the test where it is another.
 */
export type Mutation = {
  /** Of docs/security-model.md: `7`, `E7`. */
  readonly row: string
  /** What is true of the product then. */
  readonly what: string
  /** By default the file that holds the row. */
  readonly file?: string
  readonly text: string
  readonly becomes: string
  /** Where the same is held twice: the other place, too. */
  readonly also?: { readonly file: string; readonly text: string; readonly becomes: string }
  readonly by?: { readonly test: string; readonly title: string }
}
