/**
 * Abuse that people make anew of two words ("fuckgoblin", "kankerkop", "Hurenkopf"): each of the first with each of the
 * second, written as one or as two. The first are obscene by themselves, or the second are. Parted by spaces.
 */
const MADE: readonly { readonly language: string; readonly firsts: string; readonly seconds: string }[] = [
  {
    language: "en",
    firsts:
      "fuck shit arse ass cock dick cunt twat bitch whore slut jizz cum knob nob prick pussy bollock butt spunk wank turd piss penis fag muff",
    seconds:
      "face head hole wit bag lick suck munch breath wipe wad stain bucket nugget tard whore slut fuck fvck jock jokey smok milk sniff rider pilot bandit pirate brain goblin monkey muffin weasel waffle trumpet zilla nozzle sock rag guzzl gobbl chops ball boy sack vag fker fcker mong",
  },
  {
    language: "de",
    firsts: "fett dick voll dumm drecks dreck mega super ober riesen",
    seconds: "arsch wanst sack spast mongo behindert idiot trottel depp hure nutte fotze bastard wichser schwuchtel",
  },
  {
    language: "de",
    firsts: "fick huren fotzen arsch piss wichs schlampen nutten pimmel titten kack muschi mösen schwanz sack",
    seconds:
      "gesicht kopf fresse sohn söhne kind loch sau schwein maul lecker lutscher ficker gesindel birne haufen bratze visage pack brut schädel knecht penner hund",
  },
  {
    language: "nl",
    firsts:
      "kanker kut tering tyfus tiefus pleuris pokke pokken klere kolere hoeren lul klote neuk zeik stront schijt poep reet slet sletten",
    seconds:
      "wijf wijven kop jong kind hond zooi lijer lijder lyer hoer slet mongool zak bek smoel vent teef aap apen nicht flikker joch joden debiel lul trut muil smerf nek",
  },
];

/** Hindi words that are also names, and the small words that show that Hindi is spoken. */
const HINDI = {
  words: "lund loond randi rundi rendi loda lode laude muth bhoosda",
  around:
    "ka ki ke ko me mein main pe par se le lele mera meri mere tera teri tere apna apni apne chus choos chuso kha",
};

const split = (text: string): string[] => text.split(" ");

/** As lists write them, by language. */
export function compounds(): Record<string, string> {
  const made = MADE.map(({ language, firsts, seconds }) => ({
    language,
    items: split(firsts).flatMap((first) =>
      split(seconds).flatMap((second) => [`${first}${second}-`, `${first}_${second}-`]),
    ),
  }));
  const of = (language: string): string =>
    made.flatMap((one) => (one.language === language ? one.items : [])).join(" ");
  const hindi = split(HINDI.words).flatMap((word) =>
    split(HINDI.around).flatMap((small) => [`${word}_${small}`, `${small}_${word}`]),
  );
  return { en: of("en"), de: of("de"), nl: of("nl"), hiLatn: hindi.join(" ") };
}
