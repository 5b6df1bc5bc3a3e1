import { expect, test } from 'vitest';
import { createFontCheck } from '../../../../src/drivers/remotion/fonts/missing-letters.ts';
import type { Picture } from '../../../../src/film/film.ts';
import { languagesOf } from '../../../../src/film/languages.ts';

const check = createFontCheck();
const picture = (...texts: string[]): Picture => {
  const languages = languagesOf(texts);
  const subtitles = texts.map((text, at) => ({
    text,
    from: at,
    to: at + 1,
    words: [],
    language: languages[at] ?? null,
  }));
  return { clips: [], subtitles } as unknown as Picture;
};

test.each([
  'Hello, Ελληνικά, Привет, Tiếng Việt, Łódź',
  '世界 臺灣 𠮷野家 㐂 𩸽',
  'こんにちは 안녕하세요',
  'العربية اردو فارسی עברית',
  'नमस्ते ไทย বাংলা தமிழ் తెలుగు ગુજરાતી ಕನ್ನಡ മലയാളം ਪੰਜਾਬੀ ଓଡ଼ିଆ සිංහල',
  'ភាសាខ្មែរ ລາວ မြန်မာ አማርኛ հայերեն ქართული',
  '♪ → ★ ✓ ∑ ½ € ₹ “quotes” — …',
  '😀 🇩🇪 👩‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️ 👍🏽',
  'a\nb\u00a0c\u200d\u200e',
  '✔ ✔️ ✖️ ➕ ➖ ➗ ©️ ®️ ™️ ♠️ ♣️ ♾️ ➰ ❤️ ☺️',
  'bell \u0007 null \u0000 keycap 1️⃣ #⃣',
  'é e\u0301 n\u0303 x\u0302 \u1112\u1161\u11ab か\u3099 ثُمَّ שָׁלוֹם กี่ पूर्ति',
])('Every character of "%s" has a font.', async (text) => {
  expect(await check(picture(text))).toEqual([]);
});

test('A script without a font is named, with its characters and the first text that has them.', async () => {
  expect(await check(picture('Hello', 'runes: 𐎀𐎁', '𐎂'))).toEqual([
    'no font has 𐎀 𐎁 𐎂 (script Ugaritic), first in the text "runes: 𐎀𐎁": shown as boxes',
  ]);
});

test('Emoji that are newer than the font are named.', async () => {
  expect(await check(picture('tired 🫩'))).toEqual([
    'no font has 🫩 (symbols or emoji), first in the text "tired 🫩": shown as boxes',
  ]);
});

test('Many characters and long texts are cut, and each script is told once.', async () => {
  const text = Array.from({ length: 60 }, (_, at) => String.fromCodePoint(0x12000 + at)).join('');
  const [warning, ...others] = await check(picture(text, text));
  expect(others).toEqual([]);
  expect(warning).toContain('… (script Cuneiform)');
  expect(warning?.length).toBeLessThan(250);
});

test('Words that are shown in the place of their text are looked at, and the text is not.', async () => {
  const { subtitles } = picture('𐎀');
  const words = [{ text: 'བོད', from: 0, to: 1 }];
  const film = { clips: [], subtitles: [{ ...subtitles[0], words }] } as unknown as Picture;
  expect(await check(film)).toEqual(['no font has བ ོ ད (script Tibetan), first in the text "བོད": shown as boxes']);
});

test('A letter and its mark that no font has together are named together.', async () => {
  expect(await check(picture('あ\u0323 カ'))).toEqual([
    'no font has あ\u0323 (script Hiragana), first in the text "あ\u0323 カ": shown as boxes',
  ]);
});

test('While many letters are looked for that no font has, everything else has its turn', async () => {
  const texts = Array.from({ length: 100 }, (_, index) =>
    String.fromCodePoint(...Array.from({ length: 2000 }, (__, at) => 0x2_00_00 + ((index * 2000 + at) % 42_000))),
  );
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  count();
  const warnings = await check(picture(...texts));
  isOver = true;
  expect(warnings).toHaveLength(1);
  expect(turns).toBeGreaterThan(200);
});
