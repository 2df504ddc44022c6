// Functions over the geometries of a GeoPackage, as the applications that open one register them (OGC 12-128r19, annex F.3).

import type { Database } from "better-sqlite3";
import type { SourceCatalog } from "./catalog.js";

/** "GPKG", and "GP10" and "GP11" of the standard's first versions, as the header's application id. */
const APPLICATION_IDS: ReadonlySet<number> = new Set([0x47504b47, 0x47503130, 0x47503131]);

export function isGeoPackage({ applicationId }: Pick<SourceCatalog, "applicationId">): boolean {
  return APPLICATION_IDS.has(applicationId);
}

export interface Envelope {
  minX: number;
  maxX: number;
  minY: number;
  maxY: number;
}

/**
 * Registers ST_MinX, ST_MaxX, ST_MinY, ST_MaxY and ST_IsEmpty. Triggers may call them, which takes a connection that
 * trusts its schema.
 */
export function registerGeometryFunctions(db: Database): void {
  const register = (name: string, of: (geometry: Buffer) => number | null) =>
    db.function(name, { deterministic: true }, (value: unknown) =>
      Buffer.isBuffer(value) ? of(value) : null,
    );
  const bound = (side: keyof Envelope) => (geometry: Buffer) => envelopeOf(geometry)?.[side] ?? null;
  register("ST_MinX", bound("minX"));
  register("ST_MaxX", bound("maxX"));
  register("ST_MinY", bound("minY"));
  register("ST_MaxY", bound("maxY"));
  register("ST_IsEmpty", (geometry) => {
    const empty = isEmpty(geometry);
    return empty === null ? null : Number(empty);
  });
}

/** The header's flag; null for bytes that are no geometry of a GeoPackage (2.1.3). */
function isEmpty(geometry: Buffer): boolean | null {
  return geometry.length < 8 || geometry.toString("latin1", 0, 2) !== "GP"
    ? null
    : (geometry.readUInt8(3) & 0x10) !== 0;
}

/** Of the header where that has one, else of the points; null where there are none. */
export function envelopeOf(geometry: Buffer): Envelope | null {
  if (isEmpty(geometry) !== false) {
    return null;
  }
  const flags = geometry.readUInt8(3);
  const kind = (flags >> 1) & 7;
  if (kind >= 1 && kind <= 4) {
    const [minX = 0, maxX = 0, minY = 0, maxY = 0] = [8, 16, 24, 32].map((at) =>
      (flags & 1) === 1 ? geometry.readDoubleLE(at) : geometry.readDoubleBE(at),
    );
    return { minX, maxX, minY, maxY };
  }
  const points: [number, number][] = [];
  return readGeometry(geometry, 8, points) === null || points.length === 0 ? null : around(points);
}

function around(points: readonly [number, number][]): Envelope {
  const start = { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity };
  return points.reduce<Envelope>(
    ({ minX, maxX, minY, maxY }, [x, y]) => ({
      minX: Math.min(minX, x),
      maxX: Math.max(maxX, x),
      minY: Math.min(minY, y),
      maxY: Math.max(maxY, y),
    }),
    start,
  );
}

/** Geometries that hold geometries; circular strings and lines hold points, polygons and triangles rings (06-103r4, table 7). */
const OF_GEOMETRIES: ReadonlySet<number> = new Set([4, 5, 6, 7, 9, 10, 11, 12, 15, 16]);

/** Adds the points of the geometry at `at` and gives where it ends; null where it is of no known kind. */
function readGeometry(bytes: Buffer, at: number, points: [number, number][]): number | null {
  const little = bytes.readUInt8(at) === 1;
  const count = (from: number) => (little ? bytes.readUInt32LE(from) : bytes.readUInt32BE(from));
  const double = (from: number) => (little ? bytes.readDoubleLE(from) : bytes.readDoubleBE(from));
  const word = count(at + 1);
  const thousands = Math.floor((word & 0xffff) / 1000);
  const hasZ = (word & 0x80000000) !== 0 || thousands === 1 || thousands === 3;
  const hasM = (word & 0x40000000) !== 0 || thousands >= 2;
  const width = 8 * (2 + Number(hasZ) + Number(hasM));
  const kind = (word & 0xffff) % 1000;
  let next = at + 5 + ((word & 0x20000000) === 0 ? 0 : 4);
  const readPoints = (many: number) => {
    for (let i = 0; i < many; i++, next += width) {
      const [x, y] = [double(next), double(next + 8)];
      if (!Number.isNaN(x) && !Number.isNaN(y)) {
        points.push([x, y]);
      }
    }
  };
  const readLine = () => {
    const many = count(next);
    next += 4;
    readPoints(many);
  };
  if (kind === 1) {
    readPoints(1);
    return next;
  }
  if (kind === 2 || kind === 8) {
    readLine();
    return next;
  }
  const parts = count(next);
  next += 4;
  if (kind === 3 || kind === 17) {
    for (let i = 0; i < parts; i++) {
      readLine();
    }
    return next;
  }
  if (!OF_GEOMETRIES.has(kind)) {
    return null;
  }
  for (let i = 0; i < parts; i++) {
    const end = readGeometry(bytes, next, points);
    if (end === null) {
      return null;
    }
    next = end;
  }
  return next;
}
