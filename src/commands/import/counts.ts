/** Reads a count such as `1,234`, `1.234`, `1 234` or `12.0`. Null if it is not a whole number. */
export type CountReader = (cell: string) => number | null;

/**
 * @param country ISO 3166 alpha-2. Its notation for points and commas is tried first, then the opposite one if the result
 * is not a whole number
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

/** Parses groups of three digits separated by `group`, spaces, apostrophes or underscores; decimals must be zero. */
function whole(text: string, group: "." | ",", decimal: "." | ","): number | null {
  const [integer = "", decimals = "", ...more] = text.split(decimal);
  if (more.length > 0 || !/^0*$/.test(decimals)) return null;
  const separators = `[ ${group}'’_]`;
  // In India the groups before the last three digits have two: 12,34,567.
  const grouped = `\\d{1,3}(?:${separators}\\d{3}){1,4}|\\d{1,2}(?:,\\d{2}){1,4},\\d{3}`;
  if (!new RegExp(`^(?:\\d{1,15}|${grouped})$`).test(integer)) return null;
  return Number(integer.replaceAll(/\D/g, ""));
}
