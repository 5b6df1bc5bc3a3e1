import { expect, test } from 'vitest';
import { passages } from '../../../src/simulators/cosyvoice/text/languages.ts';
import { spokenText } from '../../../src/simulators/cosyvoice/text/spoken.ts';
import { splitText } from '../../../src/simulators/cosyvoice/text/split.ts';

test('Chinese sentences are joined to segments of sixty to eighty characters.', () => {
  const sentence = '今天天气很好我们大家一起去公园里散步吧好吗。';
  expect(sentence).toHaveLength(22);
  expect(splitText(sentence.repeat(12)).map(({ length }) => length)).toEqual([66, 66, 66, 66]);
});

test('Other languages are measured in tokens, and a short tail is glued to what is before it.', () => {
  const sentence = 'We all went to the park and then we had a cup of tea.';
  const segments = splitText(Array(20).fill(sentence).join(' '));
  expect(segments.length).toBeGreaterThan(2);
  expect(segments.join('')).toBe(Array(20).fill(sentence).join(' '));
  expect(splitText(`${Array(5).fill(sentence).join(' ')} Bye.`)).toHaveLength(1);
});

test('Nothing is split at commas, or when a mark is in the text.', () => {
  expect(splitText('so on, and so on, '.repeat(60))).toHaveLength(1);
  const marked = `<|en|>${'It was a fine day and we went out for a walk in the park. '.repeat(20)}`;
  expect(splitText(marked)).toEqual([marked]);
});

test('Punctuation alone makes no segment, and an end that is missing is added.', () => {
  expect(splitText('……！！')).toEqual([]);
  expect(splitText('Hello')).toEqual(['Hello.']);
  expect(splitText('你好')).toEqual(['你好。']);
});

test('Marks, prompts and sounds in brackets are not read out.', () => {
  expect(spokenText('You are a helpful assistant.<|endofprompt|>Hello [breath]<strong>there</strong>.')).toBe(
    'Hello there .',
  );
  expect(spokenText('<|yue|>你好。')).toBe('你好。');
});

test('A text is cut where its script changes.', () => {
  const languages = (text: string): string[] => passages(text, spokenText(text)).map(({ language }) => language);
  expect(passages('x', '3 Äpfel，你好 world!')).toEqual([
    { language: 'de', text: '3 Äpfel，' },
    { language: 'cmn', text: '你好 ' },
    { language: 'de', text: 'world!' },
  ]);
  expect(languages('こんにちは')).toEqual(['ja']);
  expect(languages('<|yue|>你好。')).toEqual(['yue']);
  expect(languages('2024年')).toEqual(['cmn']);
  expect(languages('Привет')).toEqual(['ru']);
});
