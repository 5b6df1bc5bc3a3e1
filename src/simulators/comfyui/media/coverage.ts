import type { OutlinePoint } from './font-file.ts';

type Point = readonly [x: number, y: number];

const CURVE_PIECES = 6;
const middle = (a: OutlinePoint, b: OutlinePoint): OutlinePoint => ({
  x: (a.x + b.x) / 2,
  y: (a.y + b.y) / 2,
  onCurve: true,
});

/** A closed outline as straight pieces, curves cut into some each. */
export function straighten(contour: readonly OutlinePoint[]): Point[] {
  // Between two points off the curve lies one on it that is not written down.
  const whole = contour.flatMap((point, index) => {
    const next = contour[(index + 1) % contour.length] ?? point;
    return point.onCurve || next.onCurve ? [point] : [point, middle(point, next)];
  });
  const first = whole.findIndex(({ onCurve }) => onCurve);
  const turned = [...whole.slice(first), ...whole.slice(0, first + 1)];
  const points: Point[] = [];
  for (const [index, point] of turned.entries()) {
    const before = turned[index - 1];
    const after = turned[index + 1];
    if (point.onCurve || before === undefined || after === undefined) {
      points.push([point.x, point.y]);
      continue;
    }
    for (let piece = 1; piece < CURVE_PIECES; piece++) {
      const t = piece / CURVE_PIECES;
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
      points.push([a * before.x + b * point.x + c * after.x, a * before.y + b * point.y + c * after.y]);
    }
  }
  return points;
}

/** How much of each pixel lies inside shapes: 0 to 1. Each edge adds, to the pixels that it crosses, the area on its right. */
export interface Coverage {
  width: number;
  height: number;
  add(points: readonly Point[]): void;
  read(): Float32Array;
}

export function createCoverage(width: number, height: number): Coverage {
  const sums = new Float32Array(width * height + 2);
  const put = (index: number, value: number): void => {
    if (index >= 0 && index < sums.length) sums[index] = (sums[index] ?? 0) + value;
  };
  function row(y: number, x0: number, x1: number, dy: number): void {
    const [left, right] = x0 < x1 ? [x0, x1] : [x1, x0];
    const start = Math.max(0, Math.floor(left));
    const end = Math.min(width - 1, Math.ceil(right));
    const base = y * width;
    if (end <= start + 1) {
      const share = (left + right) / 2 - start;
      put(base + start, dy * (1 - share));
      put(base + start + 1, dy * share);
      return;
    }
    let before = 0;
    for (let column = start; column < end; column++) {
      const to = Math.min(right, column + 1);
      const from = Math.max(left, column);
      // The share of the edge that has passed this column, and the part of it that lies left in it.
      const passed = ((to - left) / (right - left)) * dy;
      const here = passed - (column === start ? 0 : before);
      const left1 = here * (1 - ((from + to) / 2 - column));
      put(base + column, left1);
      put(base + column + 1, here - left1);
      before = passed;
    }
  }
  function edge([ax, ay]: Point, [bx, by]: Point): void {
    if (ay === by) return;
    const [sign, x0, y0, x1, y1] = ay < by ? [1, ax, ay, bx, by] : [-1, bx, by, ax, ay];
    const slope = (x1 - x0) / (y1 - y0);
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, Math.ceil(y1)); y++) {
      const [from, to] = [Math.max(y0, y), Math.min(y1, y + 1)];
      if (to > from) row(y, x0 + (from - y0) * slope, x0 + (to - y0) * slope, sign * (to - from));
    }
  }
  return {
    width,
    height,
    add: (points) => {
      for (const [index, point] of points.entries()) edge(point, points[(index + 1) % points.length] ?? point);
    },
    read: () => {
      const result = new Float32Array(width * height);
      for (let y = 0; y < height; y++)
        for (let x = 0, sum = 0; x < width; x++) {
          sum += sums[y * width + x] ?? 0;
          result[y * width + x] = Math.min(1, Math.abs(sum));
        }
      return result;
    },
  };
}
