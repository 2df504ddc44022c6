// Columns whose content is not to be shown in reports and errors, known by their names.

const SECRET = /pass|secret|token|hash|salt|api_?key/i;

export function isSecretColumn(name: string): boolean {
  return SECRET.test(name);
}
