// Passwords and tokens. Neither is stored: passwords as argon2id, tokens as their SHA-256.

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** OWASP's smallest setting for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, ARGON2);

let nobody: Promise<string> | null = null;

/** Takes as long where there is no account, so that the time does not tell whether there is one. */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword(newToken());
  const isRight = await verify(stored ?? (await nobody), password).catch(() => false); // no argon2 hash: an old account
  return stored !== null && isRight;
}

/** 256 bits, for a cookie or a link. */
export const newToken = (): string => randomBytes(32).toString("base64url");

export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

export function isSameToken(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
