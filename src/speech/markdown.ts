import createMarkdownIt, { type MarkdownIt, type StateInline, type Token } from 'markdown-it';
import { count, type Dropped } from './dropped.ts';
import { estimateSeconds } from './estimate.ts';
import { isSpeakable } from './marks.ts';

/** The languages of code blocks that are text, not code. */
const TEXTS = new Set(['', 'text', 'txt', 'plain', 'plaintext', 'markdown', 'md', 'ssml', 'xml', 'html']);
const LONGEST_ADDRESS = 300;
const FOOTNOTE = /\[\^[\w-]{1,30}\]/g;
const TASK = /^\[[ xX]\] /;
/** Items shorter than this may be spoken together with their neighbours. */
const LONG_ITEM_SECONDS = 1;

const isWord = (code: number | undefined): boolean =>
  code !== undefined && /[A-Za-z0-9)(]/.test(String.fromCharCode(code));

/** Whether a place is inside an address such as `https://example.com/_a_`. */
function isInAddress(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - LONGEST_ADDRESS), at);
  return before.indexOf('://', Math.max(before.lastIndexOf(' '), before.lastIndexOf('\n'))) !== -1;
}

/** Whether a mark is plain text: brackets after a word are an index, and a backtick inside a word is an apostrophe. */
function readsAsText({ src, pos }: StateInline): boolean {
  const [before, after] = [src[pos - 1] ?? '', src[pos + 1] ?? ''];
  if (src[pos] === '[') return /[A-Za-z0-9_)\]]/.test(before);
  return src[pos] === '`' && /\p{L}/u.test(before) && /\p{L}/u.test(after);
}

/**
 * CommonMark with tables, without the rules that mistake plain text for syntax: indented code, definitions of
 * references (`[Anna]: Hello`), lines of dashes under a text, and emphasis inside words and sums (`2*3*4`, `__init__`).
 */
function createParser(): MarkdownIt {
  const parser = createMarkdownIt({ html: false, linkify: false, typographer: false });
  parser.disable(['code', 'reference', 'lheading', 'entity', 'autolink']);
  // `[Anna](whispering)`
  parser.validateLink = (address) => /[./:#@?=]/.test(address);
  parser.inline.ruler.before('backticks', 'text_all_the_same', (state, silent) => {
    if (!readsAsText(state)) return false;
    if (!silent) state.pending += state.src[state.pos] ?? '';
    state.pos++;
    return true;
  });
  const Original = parser.inline.State;
  parser.inline.State = class extends Original {
    override scanDelims(start: number, canSplitWord: boolean): ReturnType<StateInline['scanDelims']> {
      const delimiters = super.scanDelims(start, canSplitWord);
      const { length } = delimiters;
      const isUnderscores = this.src[start] === '_' && length > 1;
      const isInside = isWord(this.src.charCodeAt(start - 1)) && isWord(this.src.charCodeAt(start + length));
      return isUnderscores || isInside || isInAddress(this.src, start)
        ? { can_open: false, can_close: false, length }
        : delimiters;
    }
  };
  return parser;
}

const parser = createParser();

/** The words of a line. */
function wordsOf(children: readonly Token[], dropped: Dropped): string {
  let text = '';
  for (const { type, content } of children) {
    if (type === 'image') {
      count(dropped, 'image');
      text = text.replace(/ {1,4}$/, '');
    } else if (type === 'link_open') count(dropped, 'address');
    else if (type === 'code_inline' || type === 'em_open' || type === 'strong_open' || type === 's_open')
      count(dropped, 'markdown');
    if (type === 'softbreak' || type === 'hardbreak') text += '\n';
    else if (type === 'text' || type === 'code_inline' || type === 'text_special') text += content;
  }
  count(dropped, 'markdown', (text.match(FOOTNOTE) ?? []).length);
  return text.replaceAll(FOOTNOTE, '');
}

/** Joins words, with line ends between them. */
function createPage() {
  const pieces: string[] = [];
  let pending = 0;
  return {
    /** Requires at least this many line ends before the next words. */
    end(lines: number): void {
      pending = Math.max(pending, lines);
    },
    add(words: string): void {
      if (words === '') return;
      if (pieces.length > 0) pieces.push('\n'.repeat(pending));
      pieces.push(words);
      pending = 0;
    },
    text: (): string => pieces.join(''),
  };
}

/** Whether an item is the only item of its list. */
function isAlone(tokens: readonly Token[], at: number): boolean {
  if (tokens[at - 1]?.type !== 'bullet_list_open') return false;
  const level = tokens[at]?.level;
  const end = tokens.findIndex(
    (token, index) => index > at && token.type === 'list_item_close' && token.level === level,
  );
  return tokens[end + 1]?.type === 'bullet_list_close';
}

/**
 * The spoken part of the mark before an item. The mark is spoken if it is a number or a sign: in `+ 5`, and in a single
 * line such as `- 5 degrees`.
 */
function readBefore(tokens: readonly Token[], at: number): string {
  const { info = '', markup = '' } = tokens[at] ?? {};
  if (info !== '') return `${info}${markup} `;
  const isSign = /^\d/.test(tokens[at + 2]?.content ?? '') && (markup === '+' || isAlone(tokens, at));
  return isSign ? `${markup} ` : ' ';
}

/** Whether the code block has an end; if an answer was cut off inside a block, it has none. */
const isClosed = ({ map, markup }: Token, lines: readonly string[]): boolean =>
  map !== null && map[1] - map[0] > 1 && (lines[map[1] - 1] ?? '').trim().startsWith(markup);

interface Options {
  /** Whether code blocks are spoken. */
  withCode: boolean;
}

function read(script: string, dropped: Dropped, { withCode }: Options): string {
  const lines = script.split('\n');
  const page = createPage();
  let [item, cells]: [string, string[]] = ['', []];
  const tokens = parser.parse(script, {});
  for (const [at, token] of tokens.entries()) {
    const { type, markup, info, hidden, content } = token;
    if (type === 'fence') {
      const isText = markup.startsWith('~') && !isClosed(token, lines);
      const isSpoken = withCode && TEXTS.has(info.trim().toLowerCase());
      if (isText) page.add(lines.slice(...(token.map ?? [0, 0])).join('\n'));
      else if (isSpoken) page.add(content.trim());
      count(dropped, isSpoken ? 'markdown' : 'code', isText ? 0 : 1);
      page.end(2);
    } else if (type === 'inline') {
      const words = wordsOf(token.children ?? [], dropped);
      if (cells.length > 0) cells.push(words.trim());
      else {
        const task = TASK.exec(words)?.[0] ?? '';
        const isTask = item !== '' && task !== '';
        page.add(item.trimStart() + (isTask ? words.slice(task.length) : words));
        page.end(estimateSeconds(words) >= LONG_ITEM_SECONDS ? 2 : 1);
      }
      item = '';
    } else if (type === 'list_item_open') {
      item = readBefore(tokens, at);
      count(dropped, 'markdown', item === ' ' ? 1 : 0);
    } else if (type === 'tr_open') cells = [''];
    else if (type === 'tr_close') {
      page.add(cells.filter((cell) => cell !== '').join(', '));
      page.end(2);
      cells = [];
    } else if (type === 'table_open') count(dropped, 'table');
    else if (type === 'heading_open' || type === 'blockquote_open' || type === 'hr') count(dropped, 'markdown');
    else if (type === 'paragraph_close') page.end(hidden ? 1 : 2);
    else if (token.nesting === -1) page.end(type === 'list_item_close' ? 1 : 2);
  }
  return page.text();
}

/** Quote marks at the start of a line. More marks than people write would exceed the parser's nesting limit. */
const QUOTES = /^(?:[ \t]{0,3}>){2,}/gm;

/** The underline of a heading. An underline of dashes counts as a rule. */
const UNDERLINES = /^ {0,3}={3,}[ \t]{0,20}$/gm;

/**
 * The words of a script that may be Markdown: headings, lists, quotes, tables and emphasis without their signs, links
 * without their addresses, no code and no images. A script without Markdown stays unchanged. If the whole script is one
 * code block, its content is the script.
 */
export function withoutMarkdown(script: string, dropped: Dropped): string {
  const lines = script.replaceAll(/\r\n?/g, '\n').replaceAll(QUOTES, '>');
  const source = lines.replaceAll(UNDERLINES, '');
  for (const withCode of [false, true]) {
    const found: Dropped = {};
    count(found, 'markdown', (lines.match(UNDERLINES) ?? []).length);
    const text = read(source, found, { withCode });
    if (Object.keys(found).length === 0) return script;
    if (withCode || found.code === undefined || isSpeakable(text)) {
      for (const [kind, number] of Object.entries(found)) count(dropped, kind as keyof Dropped, number);
      return text;
    }
  }
  return script;
}
