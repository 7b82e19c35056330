/** Reads a count as people of a country write it: `1,234`, `1.234`, `1 234`, `12.0`. Null for what is no whole number. */
export type CountReader = (cell: string) => number | null;

/**
 * @param country ISO 3166 alpha-2: where both a point and a comma could group digits or begin decimals, its way of writing
 * is tried first, and the other where that gives no whole number
 */
export function countReader(country: string): CountReader {
  const parts = new Intl.NumberFormat(new Intl.Locale("und", { region: country }).maximize()).formatToParts(12_345.6);
  const decimal = parts.find(({ type }) => type === "decimal")?.value === "," ? "," : ".";
  const other = decimal === "," ? "." : ",";
  return (cell) => {
    const text = cell.normalize("NFKC").trim();
    return whole(text, other, decimal) ?? whole(text, decimal, other);
  };
}

/** `text` with its groups of three digits behind `group`, spaces or apostrophes, and decimals that are all zero. */
function whole(text: string, group: "." | ",", decimal: "." | ","): number | null {
  const [integer = "", decimals = "", ...more] = text.split(decimal);
  if (more.length > 0 || !/^0*$/.test(decimals)) return null;
  const separators = `[ ${group}'’_]`;
  if (!new RegExp(`^(?:\\d{1,15}|\\d{1,3}(?:${separators}\\d{3}){1,4})$`).test(integer)) return null;
  return Number(integer.replaceAll(/\D/g, ""));
}
