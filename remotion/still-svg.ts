const MOVING = 'animate, animateTransform, animateMotion, animateColor, set';
const AT_REST = '*, *::before, *::after { animation: none !important; transition: none !important }';

/** Whether a fetched file is an SVG, according to the content type from the server, which has checked the bytes. */
export const isSvg = (response: Response): boolean => response.headers.get('Content-Type') === 'image/svg+xml';

/**
 * The URL of a copy of a drawing without animations, because a browser plays them by wall-clock time. The caller must
 * revoke it.
 * @returns null for a drawing without animations.
 */
export function stillSvg(text: string): string | null {
  if (!/<(animate|set\b)|animation|transition/i.test(text)) return null;
  const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
  for (const element of drawing.querySelectorAll(MOVING)) element.remove();
  const style = drawing.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = AT_REST;
  drawing.documentElement.append(style);
  const file = new Blob([new XMLSerializer().serializeToString(drawing)], { type: 'image/svg+xml' });
  return URL.createObjectURL(file);
}
