/** The kinds of parts that are removed from a script, worded for a warning in singular and plural. */
export const DROPPED = {
  thought: ['passage of a model’s thoughts (such as <think>)', 'passages of a model’s thoughts (such as <think>)'],
  chat: ['mark of a chat (such as <|im_end|>)', 'marks of a chat (such as <|im_end|>)'],
  language: ['language mark (such as <|en|>)', 'language marks (such as <|en|>)'],
  tag: ['SSML or HTML tag', 'SSML or HTML tags'],
  code: ['block of code', 'blocks of code'],
  image: ['image', 'images'],
  address: ['address of a link', 'addresses of links'],
  table: ['table: it is read cell by cell', 'tables: they are read cell by cell'],
  markdown: ['other piece of Markdown syntax (such as ** and #)', 'other pieces of Markdown syntax (such as ** and #)'],
} as const satisfies Record<string, readonly [string, string]>;

export type DroppedKind = keyof typeof DROPPED;

/** The number of removed parts of each kind. */
export type Dropped = Partial<Record<DroppedKind, number>>;

export const count = (dropped: Dropped, kind: DroppedKind, more = 1): void => {
  if (more > 0) dropped[kind] = (dropped[kind] ?? 0) + more;
};

/** One warning for each kind. */
export const warningsOf = (dropped: Dropped): string[] =>
  Object.entries(DROPPED).flatMap(([kind, [one, several]]) => {
    const number = dropped[kind as DroppedKind] ?? 0;
    const what = `${number} ${number === 1 ? one : several}`;
    return number === 0 ? [] : [`text: not spoken: ${what}; text_format "plain" speaks everything as written`];
  });
