const CREDENTIALS = /^(\s*[a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#\s]*@/i;

/** A text that is an address, without its user and its password; other texts as they are. */
export const withoutCredentials = (text: string): string => text.replace(CREDENTIALS, '$1…@');
