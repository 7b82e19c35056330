/**
 * Columns of a ballot's rows in which two numbers may have the same value: words of closed lists, weeks, blocks, and
 * one byte of the network. Whatever else two ballots share joins them.
 */
export const SHARED_COLUMNS: readonly string[] = [
  "spam",
  "category",
  "tier",
  "source",
  "net",
  "week",
  "mark_week",
  "muted",
  "one",
  "line",
  "revision",
  "sent",
  "due",
  "block",
];
