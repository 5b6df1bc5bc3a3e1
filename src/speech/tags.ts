import { decodeHTMLStrict } from 'entities';
import { type Range, withoutRanges } from '../text/without-ranges.ts';
import { count, type Dropped } from './dropped.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Elements of SSML and HTML, without `strong`, which is a mark of CosyVoice. */
const ELEMENTS = set(
  'speak p s break emphasis prosody say-as sub phoneme audio voice lang mark lexicon lookup metadata meta desc w token par seq media ' +
    'a abbr address article aside b bdi bdo big blockquote body br button caption center cite code dd del details dfn div dl dt em ' +
    'figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main nav ol pre ' +
    'q rp rt ruby samp script section small source span strike style summary sup table tbody td tfoot th thead time title tr tt u ul var video wbr',
);
/** Elements of vendors: `mstts:express-as`, `amazon:effect`. */
const VENDORS = /^(?:mstts|amazon|google|xai|emo|ext):[a-z-]{1,30}$/;
/** Tags that nobody writes by chance. */
const ONLY_SSML = set('speak say-as prosody phoneme');
const EMPTY = set('break mark lexicon meta br hr img input link source wbr');
const BLOCKS = set(
  'speak p s par seq address article aside blockquote body br caption center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr html li main nav ol pre section summary table tbody td tfoot th thead title tr ul',
);
/** Tags whose content is not spoken. */
const UNHEARD = set('script style metadata desc head title');

/** An attribute always has a value, so `a<b and c>d` is not a tag. */
const ATTRIBUTE = String.raw`\s+[A-Za-z_:][\w:.-]{0,60}\s*=\s*(?:"[^"<]{0,1000}"|'[^'<]{0,1000}'|[^\s"'<>=]{1,200})`;
const TAG = new RegExp(String.raw`<(\/?)([A-Za-z][A-Za-z0-9:-]{0,40})((?:${ATTRIBUTE}){0,20})\s*(\/?)>`, 'g');
const PROLOGUE = /<\?xml\b[^<>]{0,300}\?>|<!DOCTYPE\b[^<>]{0,300}>|<!\[CDATA\[|\]\]>/g;

interface Tag extends Range {
  name: string;
  kind: 'opening' | 'closing' | 'empty';
  /** Whether it is a tag even without its partner. */
  isSure: boolean;
}

function tagsIn(text: string): Tag[] {
  return [...text.matchAll(TAG)].flatMap(({ 0: tag, 1: slash, 2: written = '', 3: attributes, 4: end, index }) => {
    const name = written.toLowerCase();
    if (!ELEMENTS.has(name) && !VENDORS.test(name)) return [];
    const kind = slash === '/' ? 'closing' : end === '/' || EMPTY.has(name) ? 'empty' : 'opening';
    const isSure = kind === 'empty' || attributes !== '' || ONLY_SSML.has(name);
    return [
      { name, kind, isSure, from: index, to: index + tag.length, instead: BLOCKS.has(name) ? '\n' : '' } satisfies Tag,
    ];
  });
}

/** The pairs of tags. A tag without a partner is text: `List<a>`, or a sentence about `<b>`. */
function pairsOf(tags: readonly Tag[]): { opening: Tag; closing: Tag }[] {
  const open = new Map<string, Tag[]>();
  const pairs: { opening: Tag; closing: Tag }[] = [];
  for (const tag of tags) {
    const same = open.get(tag.name) ?? [];
    if (tag.kind === 'opening') open.set(tag.name, same);
    if (tag.kind === 'opening') same.push(tag);
    const opening = tag.kind === 'closing' ? same.pop() : undefined;
    if (opening !== undefined) pairs.push({ opening, closing: tag });
  }
  return pairs;
}

function commentsIn(text: string): Range[] {
  const ranges: Range[] = [];
  for (let from = text.indexOf('<!--'); from !== -1; from = text.indexOf('<!--', ranges.at(-1)?.to)) {
    const end = text.indexOf('-->', from + 4);
    if (end === -1) break;
    ranges.push({ from, to: end + 3 });
  }
  return ranges;
}

/**
 * Removes the tags of SSML and HTML from a script, and the text inside unspoken elements. Entities become characters.
 */
export function withoutTags(script: string, dropped: Dropped): string {
  const comments = commentsIn(script);
  const prologue = [...script.matchAll(PROLOGUE)].map(({ 0: piece, index }) => ({
    from: index,
    to: index + piece.length,
  }));
  const tags = tagsIn(script);
  const pairs = pairsOf(tags);
  const isDocument = tags.some(({ name }) => name === 'speak' || name === 'html');
  const paired = pairs.flatMap(({ opening, closing }) =>
    UNHEARD.has(opening.name) ? [{ from: opening.from, to: closing.to }] : [opening, closing],
  );
  const taken = isDocument ? tags : tags.filter(({ isSure }) => isSure);
  const unheard = paired.filter((range) => !('name' in range));
  // If two ranges begin at the same place, the longer one counts.
  const ranges = [
    ...comments,
    ...prologue,
    ...unheard,
    ...new Set([...paired.filter((range) => 'name' in range), ...taken]),
  ];
  count(dropped, 'tag', ranges.length);
  return decodeHTMLStrict(withoutRanges(script, ranges)).replaceAll('\u00A0', ' ');
}
