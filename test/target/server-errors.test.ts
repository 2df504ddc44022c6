// What the server says about a row of COPY is told without what nobody should find in a log.

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pgCopy from "pg-copy-streams";
import { describe, expect, it } from "vitest";
import { connect, endClient, targetError } from "#outgrow/target/connect.js";
import { parseTarget } from "#outgrow/target/settings.js";
import { testDatabase } from "../support/server.js";

async function refusalOf(table: string, line: string): Promise<string> {
  const database = await testDatabase("secrets");
  const settings = parseTarget(database.url, {});
  const client = await connect(settings);
  try {
    await client.query(`create table public.t (${table})`);
    await pipeline(Readable.from([line]), client.query(pgCopy.from("copy public.t from stdin")));
    return "nothing was refused";
  } catch (error) {
    return targetError(error, settings).message;
  } finally {
    await endClient(client);
  }
}

describe("a row that COPY refuses", () => {
  it("is told of without the value where the column's name is a secret's", async () => {
    const message = await refusalOf("id int, api_token int", '1\ts3cr"3t-value\n');
    expect(message).toMatch(
      /invalid input syntax for type integer: … \(SQLSTATE 22P02\), in COPY t, line 1, column api_token$/,
    );
  });

  it("is told of with the value of another column", async () => {
    const message = await refusalOf("id int, amount int", "1\tmany\n");
    expect(message).toMatch(/integer: "many" \(SQLSTATE 22P02\), in COPY t, line 1, column amount: "many"$/);
  });

  it("is told of without the line it came on", async () => {
    const message = await refusalOf("id int check (id > 5), password text", "1\thunter2\n");
    expect(message).toMatch(/check constraint "t_id_check" \(SQLSTATE 23514\), in COPY t, line 1$/);
  });
});
