// A statement that runs many times, on whatever runs it.

import type { Parameters, Statement } from "./contract.js";
import type { Ran } from "./session.js";

export function preparedOn<R>(run: (params: Parameters, wantsKey: boolean) => Promise<Ran>): Statement<R> {
  const query = async (params: Parameters = []) => (await run(params, false)).rows as R[];
  return {
    query,
    get: async (params = []) => (await query(params))[0] ?? null,
    execute: async (params = []) => run(params, true),
  };
}
