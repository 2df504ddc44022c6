// Errors as clients see them: problem details (RFC 9457).

import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { DatabaseError, type DatabaseErrorCode } from "outgrow/db";

/** What a request is answered with in place of a result. `code` is stable, and the last part of the problem's type. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(title);
  }
}

export const notFound = (what: string) => new Problem(404, "not-found", `there is no such ${what}`);

/** The request may be sent again. */
const COMES_BACK: ReadonlySet<DatabaseErrorCode> = new Set([
  "busy",
  "serialization",
  "deadlock",
  "timeout",
  "acquire-timeout",
  "connection",
]);

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  if (error instanceof DatabaseError) {
    if (error.code === "unique") {
      return new Problem(409, "conflict", "something like it is there already");
    }
    if (error.code === "foreign-key") {
      return new Problem(409, "in-use", "it refers to something that is not there, or is referred to");
    }
    return COMES_BACK.has(error.code)
      ? new Problem(503, "unavailable", "the shop is busy; try again in a moment")
      : failed();
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    return new Problem(400, "invalid", "the request is not as it should be", {
      errors: error.validation.map(({ instancePath, message }) => ({ at: instancePath, message })),
    });
  }
  const status = (error as Partial<FastifyError>).statusCode ?? 500;
  if (status === 429) {
    return new Problem(429, "too-many-requests", "too many tries; wait a minute");
  }
  // What fastify refuses by itself: bodies that are no JSON, too large, of another type.
  return status >= 400 && status < 500 ? new Problem(status, "invalid", (error as Error).message) : failed();
}

const failed = () => new Problem(500, "failed", "something went wrong; it was logged");

export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500) {
    request.log.error({ err: error }, problem.code);
  }
  if (problem.status === 503) {
    reply.header("retry-after", "1");
  }
  return reply
    .code(problem.status)
    .type("application/problem+json")
    .send({
      type: `urn:outgrow-shop:${problem.code}`,
      title: problem.title,
      status: problem.status,
      ...problem.extra,
    });
}
