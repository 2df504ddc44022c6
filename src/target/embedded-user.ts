// Which system user runs an embedded server, and which paths that user can reach. PostgreSQL refuses to run
// as root, so root hands the server to an unprivileged user that exists already; no user is ever created.
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { OutgrowError } from "../base/errors.js";

export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

// `_postgres` is macOS's name for it; `nobody` owns no files, so `daemon` comes last.
const CANDIDATES = ["postgres", "_postgres", "nobody", "daemon"];

/** The user for the server's processes when we are root; null when we run them as ourselves. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync("/etc/passwd", "utf8").split("\n").map(parseUser);
  for (const name of CANDIDATES) {
    const user = users.find((each) => each?.name === name && each.uid !== 0);
    if (user) return user;
  }
  throw new OutgrowError(
    "precondition",
    "PostgreSQL cannot run as root, and no user to run it as was found",
    {
      hint: `run outgrow as an ordinary user, or create one of the users ${CANDIDATES.join(", ")}`,
    },
  );
}

function parseUser(line: string): ServerUser | null {
  const [name, , uid, gid] = line.split(":");
  if (!name || line.startsWith("#") || !uid || !gid) return null;
  return { name, uid: Number(uid), gid: Number(gid) };
}

/** Whether `user` may read the file or enter the folder `path`, judged by the mode bits of it and all folders above. */
export async function canReach(path: string, user: ServerUser | null): Promise<boolean> {
  if (!user) return true;
  const full = resolve(path);
  for (let at = full; ; at = dirname(at)) {
    const found = await stat(at);
    const bits =
      found.uid === user.uid ? found.mode >> 6 : found.gid === user.gid ? found.mode >> 3 : found.mode;
    const wanted = found.isDirectory() ? 0o1 : 0o4;
    if ((bits & wanted) !== wanted) return false;
    if (at === dirname(at)) return true;
  }
}
