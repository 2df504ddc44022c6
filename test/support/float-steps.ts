// How many 32-bit floats lie between two numbers that are floats.

/** Floats in their order are their bits in theirs, the negative ones counted downwards (IEEE 754-2008, 5.10). */
function place(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const bits = view.getInt32(0);
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** 0 for the same float; 0 and -0 are the same. */
export const floatSteps = (a: number, b: number): number => place(b) - place(a);
