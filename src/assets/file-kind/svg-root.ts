/** The opening tag of an SVG's outermost element. */
export interface SvgRoot {
  attributes: ReadonlyMap<string, string>;
  /** Whether it is empty and has no end tag: `<svg/>`. */
  isEmpty: boolean;
}

const NAME = /<(?:[\w.-]{1,100}:)?svg(?=[\s/>])/y;
const ATTRIBUTE = /\s+([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const END = /\s*(\/?)>/y;
const SPACE = /\s*/y;

function after(text: string, word: string, from: number): number {
  const at = text.indexOf(word, from);
  return at === -1 ? text.length : at + word.length;
}

/** The place of the first element, after white space, declarations, comments and the document type. */
function firstElement(text: string): number {
  let isTyped = false;
  for (let at = 0; ;) {
    SPACE.lastIndex = at;
    at += SPACE.exec(text)?.[0].length ?? 0;
    if (text.startsWith('<?', at)) at = after(text, '?>', at);
    else if (text.startsWith('<!--', at)) at = after(text, '-->', at);
    else if (!isTyped && text.startsWith('<!', at)) {
      isTyped = true;
      const [end, inner] = [text.indexOf('>', at), text.indexOf('[', at)];
      at = after(text, '>', inner !== -1 && inner < end ? after(text, ']', inner) : at);
    } else return at;
  }
}

function nameEnd(text: string): number | undefined {
  NAME.lastIndex = firstElement(text);
  return NAME.test(text) ? NAME.lastIndex : undefined;
}

const PAGE = /<(?:html|head|body|title|meta|script|style|link|base)(?=[\s/>])/iy;
const PAGE_TYPE = /^\s*<!doctype\s+html\b/i;

/** Whether this is a page of HTML, even one without `<html>`. */
export function isPage(text: string): boolean {
  if (PAGE_TYPE.test(text)) return true;
  PAGE.lastIndex = firstElement(text);
  return PAGE.test(text);
}

/** Whether the outermost element of this XML is an `svg`. A page of HTML that contains a drawing is not an SVG. */
export const hasSvgRoot = (text: string): boolean => nameEnd(text) !== undefined;

/** Reads the opening tag; undefined if it is missing or incomplete. Its time is proportional to the text. */
export function svgRoot(text: string): SvgRoot | undefined {
  let at = nameEnd(text);
  if (at === undefined) return undefined;
  const attributes = new Map<string, string>();
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(text);
    if (found === null) break;
    const [whole, name = '', double, single = ''] = found;
    attributes.set(name, double ?? single);
    at += whole.length;
  }
  END.lastIndex = at;
  const end = END.exec(text);
  return end === null ? undefined : { attributes, isEmpty: end[1] === '/' };
}
