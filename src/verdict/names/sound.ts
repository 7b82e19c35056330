/** Spellings that sound alike: Jon and John, Katherine and Catherine, Mueller and Muller, Sergei and Sergey, Yusuf and Youssef. */
export function soundOf(word: string): string {
  return word
    .replace(/^ye/, "e")
    .replace(/ez$/, "es")
    .replace(/tz/g, "z")
    .replace(/([aou])e(?=[^aeiou])/g, "$1")
    .replace(/o[uo]/g, "u")
    .replace(/ee/g, "i")
    .replace(/ph/g, "f")
    .replace(/x/g, "ks")
    .replace(/tch/g, "ch")
    .replace(/sch/g, "sh")
    .replace(/c(?=[eiy])/g, "s")
    .replace(/ck|c(?!h)|q/g, "k")
    .replace(/(?<=[^cskaeiou])h(?=.)|(?<=[aeiou])h(?![aeiouy])/g, "")
    .replace(/(?<=[aeiou])[jy](?=[^aeiou]|$)/g, "i")
    .replace(/(\p{L})\1/gu, "$1")
    .replace(/(?:ie|ei|[iy]j|[iy]?y)$/, "i");
}
