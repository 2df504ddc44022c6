// Completion, asked of real shells.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { outgrow, tempDir } from "../support/server.js";

const CLI = resolve(import.meta.dirname, "../../dist/cli.js");

/** A folder with `outgrow` in it, and the script of the shell. */
async function place(shell: string): Promise<{ folder: string; script: string; env: NodeJS.ProcessEnv }> {
  const folder = tempDir();
  mkdirSync(join(folder, "bin"));
  const program = join(folder, "bin", "outgrow");
  writeFileSync(
    program,
    `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(CLI)} "$@"\n`,
    { mode: 0o755 },
  );
  symlinkSync(program, join(folder, "outgrow"));
  const ended = await outgrow(["completion", shell]);
  expect(ended.code, ended.stderr).toBe(0);
  const script = join(folder, `outgrow.${shell}`);
  writeFileSync(script, ended.stdout);
  return {
    folder,
    script,
    env: { PATH: `${join(folder, "bin")}:${process.env.PATH ?? ""}`, HOME: folder, TERM: "dumb" },
  };
}

function has(shell: string): boolean {
  const found = spawnSync(shell, ["--version"]).status === 0;
  if (!found) console.warn(`skipped: ${shell} is not here`);
  return found;
}

describe.skipIf(!has("bash"))("bash (skipped where it is absent)", () => {
  it.each([
    [["outgrow", "mig"], ["migrate"]],
    [
      ["outgrow", ""],
      ["assess", "migrate", "verify", "ddl", "demo", "doctor", "embedded", "completion"],
    ],
    [["outgrow", "migrate", "--dec"], ["--decide"]],
    [
      ["outgrow", "ddl", "x.db", "--format", ""],
      ["prisma", "flyway"],
    ],
  ])("completes %j", async (words, wanted) => {
    const { script, env } = await place("bash");
    const ask = `
      # What the package bash-completion brings.
      _get_comp_words_by_ref() { cur=\${COMP_WORDS[COMP_CWORD]}; prev=\${COMP_WORDS[COMP_CWORD-1]}; words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
      __ltrim_colon_completions() { :; }
      source ${JSON.stringify(script)}
      COMP_WORDS=(${words.map((word) => JSON.stringify(word)).join(" ")}); COMP_CWORD=${words.length - 1}
      COMP_LINE=${JSON.stringify(words.join(" "))}; COMP_POINT=\${#COMP_LINE}
      name=$(complete -p outgrow | sed -E 's/.*-F ([^ ]+) .*/\\1/')
      $name outgrow "\${COMP_WORDS[COMP_CWORD]}" "" 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const said = execFileSync("bash", ["--norc", "-c", ask], { env, encoding: "utf8" });
    expect(said.split("\n").map((line) => line.split(/\s/)[0])).toEqual(expect.arrayContaining(wanted));
  });
});

describe.skipIf(!has("fish"))("fish (skipped where it is absent)", () => {
  it("completes commands and options", async () => {
    const { script, env } = await place("fish");
    const complete = (line: string) =>
      execFileSync("fish", ["--no-config", "-c", `source ${script}; complete -C ${JSON.stringify(line)}`], {
        env,
        encoding: "utf8",
      });
    expect(complete("outgrow mig")).toContain("migrate");
    expect(complete("outgrow assess --ht")).toContain("--html");
  });
});

describe.skipIf(!has("zsh"))("zsh (skipped where it is absent)", () => {
  it("takes the script, and knows what completes outgrow", async () => {
    const { script, env } = await place("zsh");
    const said = execFileSync(
      "zsh",
      ["-f", "-c", `autoload -U compinit; compinit -D; source ${script}; print -r -- $_comps[outgrow]`],
      { env, encoding: "utf8" },
    );
    expect(said.trim()).toMatch(/outgrow/);
  });
});

it("answers what can stand after the words, for any shell", async () => {
  const ended = await outgrow(["complete", "--", "verify", "--sam"]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toContain("--sample");
  // Where a file is wanted, the shell offers its own.
  expect((await outgrow(["complete", "--", "assess", "sto"])).stdout).toBe(":0\n");
  expect(await outgrow(["completion", "tcsh"])).toMatchObject({ code: 2 });
});
