import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isSpeakable,
  performable,
  PERFORMED_BY_NONE,
  PERFORMED_BY_V2,
  PERFORMED_BY_V3,
  readable,
} from '../../src/speech/marks.ts';
import { readScript } from '../../src/speech/read-script.ts';

const UNHARMED = [
  'if a < b and c > d then e',
  'if a<b and c>d then e',
  'MyValue<String> and Map<String, List<a>>',
  'std::vector<b> holds them',
  'The <think> tag and the <b> tag',
  '2 * 3 * 4 and 2*3*4 and 2 ** 3',
  'snake_case_name, __init__ and _private or _other',
  'f(*args, **kwargs) calls handlers[i](event) and a[0](b)',
  '#1 in the list, #2 is next',
  'He said it [sic] in chapter [1], see [a] and [AB1].',
  'anna_b.c-d@example.com or <anna@example.com>',
  'https://example.com/a_b_c?d=*e*&f=_g_',
  '3 > 2 and 2 < 3, <3',
  '+ 5 is a number',
  '- 5 degrees outside',
  '1. First we cook\n2. Then we eat',
  '[Anna]: Hello',
  '[Anna](whispering) Hello',
  'A poem\n    is indented\n    like this',
  'it`s mine and don`t ask',
  '~~~ Hearts ~~~ and more\nof it',
  '10~~20 and 30~~40',
  'C:\\temp\\new_folder\\*.txt',
  'AT&T, Q&A, R&D',
  '| not | a table |',
  '$5*3$ or 4 * 5 = 20',
  'f <| x |> g',
  '*Note: see below',
  '今天天气很好，我们去公园吧！',
  '👩🏽‍🚀 goes up & comes down',
];

test.each(UNHARMED)('A plain text stays as it is: %j', (text) => {
  expect(readScript(text, 'auto')).toEqual({ text, language: null, warnings: [] });
});

test.each<[string, string, string, string[]]>([
  [
    'SSML',
    '<speak>Hello <break time="500ms"/> <emphasis level="strong">world</emphasis>. <sub alias="x">A</sub> &amp; B</speak>',
    'Hello world. A & B',
    ['7 SSML or HTML tags'],
  ],
  ['SSML that was cut off', '<speak><prosody rate="slow">Hello', 'Hello', ['2 SSML or HTML tags']],
  ['SSML of vendors', '<mstts:express-as style="cheerful">Hi!</mstts:express-as>', 'Hi!', ['2 SSML or HTML tags']],
  ['HTML', 'Hello<br>world H<sub>2</sub>O<!-- note --> <B>now</B>', 'Hello\nworld H2O now', ['6 SSML or HTML tags']],
  ['what is not for listeners', '<style>p { a }</style>Hello', 'Hello', ['1 SSML or HTML tag']],
  [
    'thoughts',
    '<think>\nHe wants a greeting.\n</think>\n\nHello there.',
    'Hello there.',
    ['1 passage of a model’s thoughts'],
  ],
  ['thoughts inside a line', 'Hello <think>x</think> there', 'Hello\nthere', ['1 passage of a model’s thoughts']],
  ['thoughts that the template began', 'He wants it.\n</think>\n\nHello there.', 'Hello there.', ['1 passage']],
  ['marks of a chat', '<|im_start|>assistant\nHello<|im_end|>', 'Hello', ['2 marks of a chat']],
  [
    'channels',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hello.<|return|>',
    'Hello.',
    ['1 passage of a model’s thoughts', '5 marks of a chat'],
  ],
  ['language marks', 'Hello. <|jp|>こんにちは。', 'Hello. こんにちは。', ['1 language mark']],
  ['fences', 'Look:\n\n```js\nlet a = 1;\n```\n\nThat was it.', 'Look:\n\nThat was it.', ['1 block of code']],
  ['a fence around all of it', '```\nThis is my script.\n```', 'This is my script.', ['1 other piece of Markdown']],
  ['tables', '| a | b |\n|---|---|\n| one | two |', 'a, b\n\none, two', ['1 table']],
  ['links', 'See [the page](https://example.com/a_b).', 'See the page.', ['1 address of a link']],
  ['images', 'A cat ![a cat](cat.png).', 'A cat.', ['1 image']],
  [
    'headings and emphasis',
    '# Title\n\nThis is **very** *good* `code`.',
    'Title\n\nThis is very good code.',
    ['4 other pieces'],
  ],
  ['bold Chinese', '**重点**内容，你好**世界**吧', '重点内容，你好世界吧', ['2 other pieces']],
  ['lists and quotes', '- one\n- two\n\n> three', 'one\ntwo\n\nthree', ['3 other pieces']],
  ['tasks and footnotes', '- [x] buy milk[^1]\n- [ ] go home', 'buy milk\ngo home', ['3 other pieces']],
  ['underlined headings', 'Title\n=====\nText', 'Title\n\nText', ['1 other piece']],
])('Markup is not spoken, and that is said: %s', (_case, script, text, warnings) => {
  const read = readScript(script, 'auto');
  expect(read.text).toBe(text);
  expect(read.warnings).toEqual(
    warnings.map((warning) => expect.stringContaining(`text: not spoken: ${warning}`) as string),
  );
  expect(readScript(script, 'plain')).toEqual({ text: script, language: null, warnings: [] });
});

test('A language mark at the beginning of a script is its language.', () => {
  expect(readScript('<|yue|>你好', 'auto')).toEqual({ text: '你好', language: 'yue', warnings: [] });
  expect(readScript('<|jp|>こんにちは', 'auto').language).toBe('ja');
});

test.each(['<think>\nThis never ends', '```python\nprint(1)\n```', '<break time="1s"/>', '![a](b.png)', '<|im_end|>'])(
  'Nothing is left to speak of %j.',
  (script) => expect(isSpeakable(readScript(script, 'auto').text)).toBe(false),
);

test("Marks that CosyVoice performs stay in the script, are sent in the model's form, and are not read.", () => {
  const script = '[laughter] Ha, <strong>so</strong> it [Breath] is [sigh]. [sic] <laughter>yes</laughter>';
  const { text, warnings } = readScript(script, 'auto');
  expect(warnings).toEqual([]);
  expect(readable(text)).toBe('Ha, so it is. [sic] yes');
  expect(performable(text, PERFORMED_BY_V2)).toEqual({ text: script.replace('[Breath]', '[breath]'), left: [] });
  const none = performable(text, PERFORMED_BY_NONE);
  expect(none.text).toBe('Ha, so it is. [sic] yes');
  expect(none.left).toHaveLength(7);
});

test('The pronunciation of a word is only for models of version 3, and is not read aloud.', () => {
  const text = '高管对报道[j][ǐ]予好评, [HH][AH0][L][OW1] [a] [sic]';
  expect(readable(text)).toBe('高管对报道予好评, [a] [sic]');
  expect(performable(text, PERFORMED_BY_V3)).toEqual({ text, left: [] });
  expect(performable(text, PERFORMED_BY_V2).left).toEqual(['[j][ǐ]', '[HH][AH0][L][OW1]']);
});

const WORDS = [
  'the',
  'cat',
  'is',
  'on',
  'Dr.',
  '你好',
  '世界',
  'こんにちは',
  '3.14',
  'x_y_z',
  "it's",
  '"so"',
  '(here)',
  '50%',
  'a&b',
];
const plainText = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(' ', ', ', '. ', '! ', '\n', '\n\n', '。')), {
    minLength: 1,
    maxLength: 60,
  })
  .map((parts) => parts.flat().join('').trim());

test('Plain words stay as they are, whatever their order.', () => {
  fc.assert(
    fc.property(plainText, (text) => {
      expect(readScript(text, 'auto')).toEqual({ text, language: null, warnings: [] });
    }),
  );
});

const PIECES = [
  ...'<>[]()*_`#|~-+=!&;:/\\"\n 1a汉',
  '<b>',
  '</b>',
  '<think>',
  '</think>',
  '<|x|>',
  '[laughter]',
  '```\n',
  '[a](b.c)',
  '|-|\n',
];
const anything = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('Every change of a script has a warning, except for entities, blanks and lines.', () => {
  fc.assert(
    fc.property(anything, (script) => {
      const { text, language, warnings } = readScript(script, 'auto');
      if (warnings.length === 0 && language === null && !script.includes('&')) expect(text).toBe(script.trim());
      expect(readable(readable(text))).toBe(readable(text));
    }),
    { numRuns: 1000 },
  );
});

/** On a busy machine; what grows with the square of its length takes minutes. */
const GENEROUS_MS = 60_000;
const HOSTILE = [
  ...'[]*_`<>|-#+~!(&\\"=\n\t\r 1a汉😀',
  '![',
  '[a](',
  '](',
  '**a ',
  'a*b_ ',
  '`a',
  '``a ',
  '> ',
  '>\n',
  '- ',
  '- a\n  ',
  '|a',
  'a|b\n-|-\n',
  '```\n',
  '~~~\n',
  '* * ',
  '<b>',
  '</b>',
  '<b',
  '<b ',
  '<b a="',
  '<b a="x" ',
  '<b><i>',
  '<script>',
  '<speak><p>a',
  '<!--',
  '<![CDATA[',
  '<?xml ',
  '<think>',
  '</think>',
  '<think>\n',
  '<|',
  '<|a',
  '<|im_end|>',
  '<|channel|>analysis<|message|>',
  '[laughter]',
  '<strong>',
  '[A]',
  '[AA0]',
  '[j][ǐ]',
  '[^1]',
  '&amp;',
  '&#',
  '://*a* ',
  '[[a](',
  '[*',
  '  <think>',
  '===\n',
  '- [ ] a\n',
  '+ 1\n',
];

test.each(HOSTILE)('100,000 characters of %j are read at once.', (part) => {
  const script = `${part.repeat(Math.ceil(100_000 / part.length))}a`;
  const began = performance.now();
  const { text } = readScript(script, 'auto');
  performable(text, PERFORMED_BY_NONE);
  expect(performance.now() - began).toBeLessThan(GENEROUS_MS);
});
