/** How KeePassXC stores the addresses of an entry after the first. */
export const URL_FIELD = /^KP2A_URL(?:_\d+)?$/
export const STANDARD_FIELDS: readonly string[] = ['Title', 'UserName', 'Password', 'URL', 'Notes']
