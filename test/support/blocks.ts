/** Area codes of the United States. */
const AREAS =
  "202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 334 336 337 339 346 351 352 360 361"
    .split(" ")
    .filter((area) => area !== "312");
let used = 0;

/**
 * A block of a hundred that no other test uses, without its last two digits: an isolate remembers a block for 15 s, so a
 * test that looks one up has to have it for itself. No two are of one thousand, nor of the area of numbers that tests
 * take for unknown.
 */
export function freshBlock(): string {
  const block = `+1${AREAS[used % AREAS.length]}${555 + Math.floor(used / AREAS.length)}01`;
  used += 1;
  return block;
}

let unfitted = 0;

/** The same in a country for whose neighbourhoods no formula is fitted: there the block rule applies. */
export function freshUnfittedBlock(): string {
  unfitted += 1;
  return `+4420${7100 + unfitted}01`;
}
