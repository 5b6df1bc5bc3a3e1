import { type Range, withoutRanges } from '../text/without-ranges.ts';
import { count, type Dropped } from './dropped.ts';

const THOUGHTS = /<(\/?)(think|thinking|thought|reasoning)>/gi;

/**
 * The thoughts of a model before its answer. The beginning may be missing, because a template may have opened the
 * thoughts. The end may be missing, because the answer was cut off.
 */
function thoughtsIn(text: string): Range[] {
  const ranges: Range[] = [];
  let open: { name: string; from: number; to: number } | undefined;
  for (const { 0: tag, 1: slash, 2: name = '', index } of text.matchAll(THOUGHTS)) {
    const to = index + tag.length;
    const endsLine = /^[ \t]{0,20}(?:\r?\n|$)/.test(text.slice(to, to + 25));
    if (slash === '') open ??= { name: name.toLowerCase(), from: index, to };
    else if (open?.name === name.toLowerCase()) {
      ranges.push({ from: open.from, to, instead: '\n' });
      open = undefined;
    } else if (open === undefined && ranges.length === 0 && endsLine) ranges.push({ from: 0, to });
  }
  if (open === undefined) return ranges;
  const beginsLine = /(?:^|\n)[ \t]{0,20}$/.test(text.slice(Math.max(0, open.from - 25), open.from));
  const isAlone = /^[ \t]{0,20}\r?\n/.test(text.slice(open.to, open.to + 25));
  return beginsLine && isAlone ? [...ranges, { from: open.from, to: text.length }] : ranges;
}

const BAR = '[|｜]';
/** The thoughts of models that mark channels. */
const CHANNELS = /<\|channel\|>(?:analysis|commentary)\b[^<]{0,200}<\|message\|>/g;
const CHANNEL_ENDS = /<\|(?:end|start|channel|return)\|>/g;
const CHAT_MARKS = new RegExp(
  [
    String.raw`<\|(?:im_start|start|start_header_id)\|>(?:system|user|assistant|model|tool|developer)\b`,
    String.raw`<start_of_turn>(?:system|user|assistant|model)\b`,
    String.raw`<\|channel\|>\w{1,20}`,
    String.raw`<${BAR}[\p{L}\p{N}_▁.:/-]{1,40}${BAR}>`,
    String.raw`<(?:start|end)_of_turn>|<\/?(?:bos|eos)>`,
    String.raw`\[\/?INST\]|<<\/?SYS>>`,
  ].join('|'),
  'gu',
);
/** The marks of languages that the models speak. */
const LANGUAGE = /^<\|(zh|en|ja|jp|yue|ko|de|es|fr|it|ru)\|>$/;

function channelsIn(text: string): Range[] {
  const ends = [...text.matchAll(CHANNEL_ENDS)].map(({ index }) => index);
  let next = 0;
  return [...text.matchAll(CHANNELS)].map(({ 0: opening, index }) => {
    while ((ends[next] ?? Infinity) < index + opening.length) next++;
    return { from: index, to: ends[next] ?? text.length };
  });
}

/** Codes in CosyVoice's examples that are not tags of BCP 47. */
const TAGS: Record<string, string> = { jp: 'ja' };

/**
 * Removes the remains of language models and their templates from a script.
 * @returns also the language of a mark at its very beginning
 */
export function withoutModelTalk(script: string, dropped: Dropped): { text: string; language: string | null } {
  const thoughts = thoughtsIn(script);
  const answer = withoutRanges(script, thoughts);
  const channels = channelsIn(answer);
  count(dropped, 'thought', thoughts.length + channels.length);
  const text = withoutRanges(answer, channels);
  let language: string | null = null;
  const marks = [...text.matchAll(CHAT_MARKS)].map(({ 0: mark, index }) => {
    const code = LANGUAGE.exec(mark)?.[1];
    if (code === undefined) count(dropped, 'chat');
    else if (text.slice(0, index).trim() === '') language = TAGS[code] ?? code;
    else count(dropped, 'language');
    return { from: index, to: index + mark.length };
  });
  return { text: withoutRanges(text, marks), language };
}
