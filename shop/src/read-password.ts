// A new password from a terminal, where it does not show, or from what is piped in. Never an argument: those of a process
// can be seen by all others.

import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** The password that came is none. */
export class PasswordInput extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

export async function readPassword(): Promise<string> {
  return process.stdin.isTTY ? askTwice() : readPiped();
}

async function readPiped(): Promise<string> {
  const given = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (given === "") {
    throw new PasswordInput(
      "standard input holds no password",
      "run it on a terminal, or pipe one line into it",
    );
  }
  if (/[\r\n]/.test(given)) {
    throw new PasswordInput("standard input holds more than one line", "a password is one line");
  }
  return given;
}

async function askTwice(): Promise<string> {
  const first = await askHidden("password: ");
  if ((await askHidden("once more: ")) !== first) {
    throw new PasswordInput("the two passwords differ", "type the same one twice");
  }
  return first;
}

/** readline switches the terminal's own echo off, and its own goes nowhere. */
async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      const stopped = () => reject(new PasswordInput("no password was typed", "type one and press Enter"));
      terminal.once("SIGINT", stopped).once("close", stopped);
      terminal.question("").then(resolve, reject);
    });
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}
