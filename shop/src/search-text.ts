// What a search compares: text in lower case, without accents, words parted by one blank. The same on every engine, since it
// is made here; what the shop shows is the text as it was written.

/** `Crème brûlée, 2×` is `creme brulee 2x`: compatibility decomposition (UAX 15, NFKD) without its marks. */
export function searchText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("×", "x")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

interface Searched {
  name: string;
  sku: string | null;
  tags: unknown;
  short_description: string | null;
}

/** Begins with the name, so that it also orders products by their names. */
export function productSearchText({ name, sku, tags, short_description }: Searched): string {
  const words = Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
  return searchText([name, sku ?? "", ...words, short_description ?? ""].join(" "));
}

/** At most eight words, each of which a product has to have somewhere. */
export const searchWords = (query: string): string[] =>
  searchText(query)
    .split(" ")
    .filter((word) => word !== "")
    .slice(0, 8);

/** For LIKE with ESCAPE '\'; folded words have nothing to escape, and this keeps it so. */
export const containing = (word: string): string => `%${word.replace(/[\\%_]/g, "\\$&")}%`;
