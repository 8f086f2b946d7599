/** The field that is wrong gets the focus, once the form shows it. */
export function focusWrong(): void {
  setTimeout(() => document.querySelector<HTMLElement>('[role="dialog"] [aria-invalid="true"]')?.focus())
}
