// Comments of the source's CREATE TABLE, kept on what is made of it (sql/comments.ts says which belong to what).

import type { CreateTable } from "../../sql/ast.js";
import { lowerAscii } from "../../sql/sql-tokens.js";
import type { TableDraft } from "../make-table.js";

export function planComments({ planned }: TableDraft, declared: CreateTable): void {
  Object.assign(planned, commented(declared.comment));
  for (const { name, comment } of declared.columns) {
    const column = planned.columns.find(({ source }) => lowerAscii(source) === lowerAscii(name));
    Object.assign(column ?? {}, commented(comment));
  }
}

/** To be spread into what is planned, which lacks the field where there is no comment. */
export function commented(comment: string | null): { comment?: string } {
  return comment === null ? {} : { comment };
}
