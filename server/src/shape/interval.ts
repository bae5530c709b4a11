/** The integers from `min` to `max`, either of which may be infinite. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export const everything: Bounds = { min: -Infinity, max: Infinity };

export function addBounds(a: Bounds, b: Bounds): Bounds {
  return { min: a.min + b.min, max: a.max + b.max };
}

export function multiplyBounds(a: Bounds, b: Bounds): Bounds {
  const corners = [times(a.min, b.min), times(a.min, b.max), times(a.max, b.min), times(a.max, b.max)];
  return { min: Math.min(...corners), max: Math.max(...corners) };
}

/** The values of `x` to the power of a positive integer. */
export function powerBounds(x: Bounds, power: number): Bounds {
  const a = x.min ** power;
  const b = x.max ** power;
  const least = x.min < 0 && x.max > 0 && power % 2 === 0 ? 0 : Math.min(a, b);
  return { min: least, max: Math.max(a, b) };
}

/** The values of the quotient rounded down; a divisor is never zero, since the division would have thrown. */
export function quotientBounds(left: Bounds, right: Bounds): Bounds {
  if (right.max < 0) {
    return quotientBounds(negateBounds(left), negateBounds(right));
  }
  if (right.min <= 0) {
    const magnitude = Math.max(Math.abs(left.min), Math.abs(left.max));
    return { min: -magnitude, max: magnitude };
  }
  return {
    min: left.min >= 0 ? quotient(left.min, right.max) : quotient(left.min, right.min),
    max: left.max >= 0 ? quotient(left.max, right.min) : quotient(left.max, right.max),
  };
}

/** The values of the remainder, which has the divisor's sign. */
export function remainderBounds(left: Bounds, right: Bounds): Bounds {
  const cap = left.min >= 0 && right.min > 0 ? left.max : Infinity;
  return { min: Math.min(right.min + 1, 0), max: Math.min(Math.max(right.max - 1, 0), cap) };
}

export function negateBounds(a: Bounds): Bounds {
  return { min: -a.max, max: -a.min };
}

/** A product in which zero wins over infinity: every value of a symbol is finite. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

/** A quotient rounded down by a positive divisor, which may be as large as one likes. */
function quotient(a: number, b: number): number {
  return a < 0 && b === Infinity ? -1 : Math.floor(a / b);
}
