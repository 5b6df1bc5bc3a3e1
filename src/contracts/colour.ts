/** The colour names of CSS Color 4. */
const NAMES = new Set(
  `
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
    cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
    darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
    darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
    firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
    hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid
    mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream
    mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen
    paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown
    royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow
    springgreen steelblue tan teal thistle tomato transparent turquoise violet wheat white whitesmoke yellow yellowgreen
  `
    .trim()
    .split(/\s+/),
);

const LONGEST = 100;
const HEX = String.raw`#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})`;
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?`;
const ANGLE = `${NUMBER}(?:deg|grad|rad|turn)?`;
const VALUE = `${NUMBER}%?`;

const call = (names: string, parts: readonly string[], comma: string, alpha: string): string =>
  String.raw`(?:${names})\(\s*${parts.map((part) => `(?:${part})`).join(comma)}(?:\s*${alpha}\s*(?:${VALUE}|none))?\s*\)`;
/** `rgb(1, 2, 3, 0.5)`, the older syntax. */
const old = (names: string, ...parts: string[]): string => call(names, parts, String.raw`\s*,\s*`, ',');
/** `rgb(1 2 3 / 50%)`, the present syntax of all functions. */
const today = (names: string, ...parts: string[]): string =>
  call(
    names,
    parts.map((part) => `${part}|none`),
    String.raw`\s+`,
    '/',
  );

const FORMS = [
  HEX,
  old('rgba?', NUMBER, NUMBER, NUMBER),
  old('rgba?', `${NUMBER}%`, `${NUMBER}%`, `${NUMBER}%`),
  old('hsla?', ANGLE, `${NUMBER}%`, `${NUMBER}%`),
  today('rgba?|(?:ok)?lab', VALUE, VALUE, VALUE),
  today('hsla?|hwb', ANGLE, VALUE, VALUE),
  today('(?:ok)?lch', VALUE, VALUE, ANGLE),
];
const COLOUR = new RegExp(`^(?:${FORMS.join('|')})$`, 'i');

/** Whether a text is a CSS colour: a name, hexadecimal, or a function of plain numbers. */
export const isColour = (text: string): boolean =>
  text.length <= LONGEST && (NAMES.has(text.toLowerCase()) || COLOUR.test(text));
