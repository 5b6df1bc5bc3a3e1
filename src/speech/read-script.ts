import { type Dropped, warningsOf } from './dropped.ts';
import { withoutMarkdown } from './markdown.ts';
import { withoutModelTalk } from './model-talk.ts';
import { withoutTags } from './tags.ts';

/** The spoken part of a script. It still contains CosyVoice's own marks, such as `[laughter]`. */
export interface ReadScript {
  text: string;
  /** The language of a mark such as `<|yue|>` at the beginning; null without such a mark. */
  language: string | null;
  /** Warnings about parts that are not spoken, one sentence for each kind. */
  warnings: string[];
}

/**
 * Extracts the spoken part of a script as clients send it. Its time grows linearly with the length.
 * @param format `auto`: words are spoken, markup is not. `plain`: everything is spoken as written.
 */
export function readScript(script: string, format: 'auto' | 'plain'): ReadScript {
  if (format === 'plain') return { text: script, language: null, warnings: [] };
  const dropped: Dropped = {};
  const { text: said, language } = withoutModelTalk(script, dropped);
  const text = withoutTags(withoutMarkdown(said, dropped), dropped);
  return { text: text.trim(), language, warnings: warningsOf(dropped) };
}
