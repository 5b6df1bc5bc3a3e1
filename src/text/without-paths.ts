/** `ENOENT: no such file or directory, open '/srv/a' -> '/srv/b'`, to the last quote of the line: a path may hold quotes, and be cut. */
const OF_FILE = /\b(E[A-Z0-9]{2,20}: [^,'\n]{1,100}, [a-z]{1,20}) '\/(?:[^\n]*'|[^\n]*)/g;
/** `spawn /usr/bin/ffmpeg ENOENT`: the program's name says enough. */
const OF_PROGRAM = /\bspawn (?:\/[^/\n]*)*\/([^/\n]+? E[A-Z0-9]{2,20})\b/g;

/** A message without the server's paths that Node's system errors write into it: clients have no use for them. Give it cut texts only. */
export const withoutPaths = (message: string): string =>
  message.replaceAll(OF_FILE, '$1').replaceAll(OF_PROGRAM, 'spawn $1');
