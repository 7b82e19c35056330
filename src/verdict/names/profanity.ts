import { lazily } from "./lazily.ts";
import { foldText, wordsOf } from "./normal-form.ts";

/**
 * Words that are refused wherever they stand as a word, in several languages. Our own list: of the kept packages one
 * matches inside words and refuses Cummings, Dickinson and seven hospitals, the other holds Regina, Pinto and Pesce.
 * So what is also a family name, a place, a trade or a party ("Dick", "Fick", "Hooker", "FDP") is not on it.
 */
const WORDS =
  "fuck fucker fuckers fucked fucking fuk fck fcuk shit shits shitty shithead shithole shitbag shitface bullshit " +
  "cunt cunts twat bitch bitches whore whores slut sluts bastard bastards asshole assholes arsehole arse dumbass jackass " +
  "dickhead dickheads cocksucker cocksuckers wanker wankers tosser bollocks prick pricks pussy pussies tits titties penis vagina dildo " +
  "blowjob handjob jizz cumshot porn porno nigger niggers nigga niggas faggot faggots retarded spastic tranny " +
  "puta putas pendejo pendeja cabron cabrona gilipollas mierda joder follar maricon maricones culero chingar zorra " +
  "putain pute putes salope salopes connard connards connasse encule enculee enculer merde batard bordel couilles niquer " +
  "scheisse scheiße arsch arschloch fotze hure hurensohn wichser schlampe nutte missgeburt schwuchtel ficken scheiss kanake " +
  "cazzo stronzo stronza stronzi merda puttana vaffanculo coglione coglioni minchia frocio bastardo " +
  "caralho foda foder fodase buceta viado filhodaputa arrombado cuzao cacete " +
  "kut klootzak hoer kanker neuken kankerlijer teringlijer mongool godverdomme " +
  "kurwa kurwy chuj huj pizda jebac jebany pierdol pierdolic pierdolony skurwysyn dupek " +
  "хуй хуи хуйло хуесос пизда пиздец пидор пидорас пидар ебать ебаный бля блядь блять сука суки сучка мудак гондон жопа говно шлюха " +
  "orospu orospular siktir sikerim amcik yarrak gotveren pezevenk kahpe " +
  "كسمك شرموطة شرموط قحبة منيوك عرص خول زبي طيزك " +
  "चूतिया मादरचोद भोसड़ीके बहनचोद रंडी गांडू लौड़ा हरामी chutiya madarchod bhenchod behenchod bhosdike gaandu " +
  "μαλακας μαλακα γαμω πουτανα זונה שרמוטה perkele vittu saatana picka kurac jebem picsa kontol memek ngentot bangsat putangina tangina blyat blyad pedophile paedophile";

/** What is refused even inside a word: no name known to us holds it. */
const STEMS =
  "fuck motherfuck cocksuck nigger faggot arschloch hurensohn wichser gilipoll hijodeput hijueput vaffancul kurwa pierdol siktir orospu madarchod bhenchod пизд хуесос мудак ублюд";

/** Scripts without spaces between words: refused wherever they stand. */
const UNSPACED =
  "傻逼 傻屄 煞笔 操你 草泥马 他妈的 你妈的 妈逼 鸡巴 婊子 贱人 王八蛋 滚蛋 肏 幹你娘 まんこ マンコ ちんこ チンコ ちんぽ クソ野郎 くそ野郎 死ね 씨발 시발놈 개새끼 병신 좆 지랄 보지 자지 창녀 ควย เหี้ย เย็ด หี";

const fold = (list: string): string[] => list.split(" ").map(foldText);
const words = lazily((): ReadonlySet<string> => new Set(fold(WORDS)));
const stems = lazily(() => fold(STEMS));
const unspaced = lazily(() => fold(UNSPACED));

const LEET: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/** Whether a name holds a profanity, also when it is spaced out, stretched, or spelled with signs. */
export function isProfane(name: string): boolean {
  const folded = foldText(name);
  // Folded it would be the cone of Cono Sur.
  if (/(?<!\p{L})coño(?!\p{L})/iu.test(name) || unspaced().some((word) => folded.includes(word))) return true;
  const spelled = folded.replace(/(?<=\p{L})[013457@$!]|[013457@$!](?=\p{L})/gu, (sign) => LEET[sign] ?? sign);
  const said = [...wordsOf(folded), ...wordsOf(spelled)];
  const masked = spelled.match(/\p{L}[\p{L}*#_.-]*\p{L}/gu)?.map((word) => word.replace(/[*#_.-]/g, "")) ?? [];
  const spaced =
    said
      .join(" ")
      .match(/(?<=^| )\p{L}(?: \p{L}){2,}(?= |$)/gu)
      ?.map((run) => run.replaceAll(" ", "")) ?? [];
  const all = [...said, ...masked, ...spaced];
  return [...all, ...all.map(squeeze)].some((word) => words().has(word) || stems().some((stem) => word.includes(stem)));
}

/** "fuuuck" to "fuck": three and more of a letter are one, so that "Lipshitz" and "Hoerr" stay as they are. */
function squeeze(word: string): string {
  return word.replace(/(\p{L})\1{2,}/gu, "$1");
}
