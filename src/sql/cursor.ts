// Reads tokens one after the other; what SQLite would not accept is an error that says where.

import { isMark, isWord, lowerAscii, type Token, tokenize } from "./sql-tokens.js";

/** What is not SQLite's grammar, or not all of one statement. `position` in UTF-16 units. */
export class SqlSyntaxError extends Error {
  override readonly name = "SqlSyntaxError";
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

export class Cursor {
  private at = 0;

  private constructor(
    readonly sql: string,
    private readonly tokens: readonly Token[],
  ) {}

  static over(sql: string): Cursor {
    const tokens = tokenize(sql);
    const bad = tokens.find((token) => token.kind === "invalid");
    if (bad !== undefined) {
      throw new SqlSyntaxError(`unrecognized token ${JSON.stringify(bad.text.slice(0, 40))}`, bad.start);
    }
    return new Cursor(sql, tokens);
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  next(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) {
      throw new SqlSyntaxError("incomplete input", this.sql.length);
    }
    this.at += 1;
    return token;
  }

  /** Whether the next tokens are these: words in lower case, or marks. */
  sees(...wanted: string[]): boolean {
    return wanted.every((one, i) => {
      const token = this.peek(i);
      return isWord(token, one) || isMark(token, one);
    });
  }

  seesAny(...wanted: string[]): boolean {
    return wanted.some((one) => this.sees(one));
  }

  /** Takes the next tokens where they are these. */
  take(...wanted: string[]): boolean {
    const found = this.sees(...wanted);
    if (found) {
      this.at += wanted.length;
    }
    return found;
  }

  /** Takes one of the words, and says which; null where the next token is none of them. */
  takeAny<Word extends string>(...words: Word[]): Word | null {
    const word = words.find((one) => this.sees(one)) ?? null;
    if (word !== null) {
      this.at += 1;
    }
    return word;
  }

  /** `asc`, `desc` or nothing. */
  takeDescending(): boolean {
    return this.takeAny("asc", "desc") === "desc";
  }

  expect(...wanted: string[]): void {
    if (!this.take(...wanted)) {
      this.fail();
    }
  }

  fail(): never {
    const token = this.peek();
    throw token === undefined
      ? new SqlSyntaxError("incomplete input", this.sql.length)
      : new SqlSyntaxError(`near ${JSON.stringify(token.text.slice(0, 40))}: syntax error`, token.start);
  }

  get ended(): boolean {
    return this.at >= this.tokens.length;
  }

  /** A place to which `back` returns. */
  mark(): number {
    return this.at;
  }

  back(mark: number): void {
    this.at = mark;
  }

  /** The text from a place to here, as written, without the blanks around it. */
  textSince(mark: number): string {
    const [first, last] = [this.tokens[mark], this.tokens[this.at - 1]];
    return first === undefined || last === undefined || this.at <= mark
      ? ""
      : this.sql.slice(first.start, last.start + last.text.length);
  }

  /** White space and comments between a token, of this number, and the one before it. */
  gapBefore(token: number): string {
    const before = this.tokens[token - 1];
    return this.sql.slice(
      before === undefined ? 0 : before.start + before.text.length,
      this.tokens[token]?.start ?? this.sql.length,
    );
  }

  /** Items divided by commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.take(",")) {
      items.push(item());
    }
    return items;
  }

  /** `( items )` */
  parenthesised<T>(inside: () => T): T {
    this.expect("(");
    const result = inside();
    this.expect(")");
    return result;
  }

  /** A name: a word that is no reserved keyword, or anything in quotes ("Keywords"; parse.y, nm). */
  name(): string {
    if (!this.seesName()) {
      this.fail();
    }
    return this.next().value;
  }

  seesName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return (
      token?.kind === "name" ||
      token?.kind === "string" ||
      (token?.kind === "word" && !RESERVED.has(lowerAscii(token.text)))
    );
  }

  /** A column's or table's alias without AS: no string, and not the words that may begin the next clause. */
  seesBareAlias(): boolean {
    const token = this.peek();
    if (token?.kind === "name" || token?.kind === "string") {
      return true;
    }
    return (
      token?.kind === "word" &&
      !RESERVED.has(lowerAscii(token.text)) &&
      !JOIN_WORDS.has(lowerAscii(token.text)) &&
      !(isWord(token, "window") && this.seesName(1) && isWord(this.peek(2), "as"))
    );
  }
}

/** Words that are never names without quotes: those of "SQLite Keywords" for which parse.y has no fallback. */
const RESERVED = new Set(
  (
    "add all alter and as autoincrement between case check collate commit constraint create default deferrable delete " +
    "distinct drop else escape except exists foreign from group having in index insert intersect into is isnull join " +
    "limit not notnull null on or order primary references returning select set table then to transaction union unique " +
    "update using values when where nothing"
  ).split(" "),
);

/** Names that stand for a join's kind where an alias could stand (parse.y, JOIN_KW). */
const JOIN_WORDS = new Set(["cross", "full", "inner", "left", "natural", "outer", "right", "indexed"]);
