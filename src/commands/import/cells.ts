/**
 * The text of a cell without white space at its ends and without the guards that keep spreadsheets from dropping zeros and
 * pluses (`="0123"`, `=T("0123")`, `=0123`, `'0123`).
 */
export function cellText(cell: string): string {
  const text = cell.trim();
  const formula = /^=\s*(?:(?:T\()?"((?:[^"]|"")*)"\)?|(\+?\d+(?:[.,]0+)?))$/.exec(text);
  if (formula !== null) return (formula[1]?.replaceAll('""', '"') ?? formula[2] ?? "").trim();
  // An apostrophe before a letter is part of a name: 't Hooft.
  return /^['‘’][\d+=(@-]/.test(text) ? cellText(text.slice(1)) : text;
}

/** The digits of a phone number's cell: drops the zero decimals of a quantity (`3125550123.0`). */
export function numberText(cell: string): string {
  return cell.replace(/^(\+?\d+)[.,]0+$/, "$1");
}

/** Whether a spreadsheet has rounded a cell to a power of ten: `3.12556E+09` could be ten thousand numbers. */
export function isRounded(cell: string): boolean {
  return /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(cell);
}
