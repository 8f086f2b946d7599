/** A name nobody has yet, in the form that most people use. */
export function suggestName(vendor: string, isTaken: (name: string) => boolean): string {
  const first = vendor === 'other' ? 'prod/key' : `prod/${vendor}`
  if (!isTaken(first)) return first
  let count = 2
  while (isTaken(`${first}-${count}`)) count += 1
  return `${first}-${count}`
}
