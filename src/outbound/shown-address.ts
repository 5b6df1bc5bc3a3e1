/**
 * The address as logs and answers may show it. User, password and query are left out, because they may be secrets.
 * @param address an absolute URL.
 */
export function shownAddress(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}
