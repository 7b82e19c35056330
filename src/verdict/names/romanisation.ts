import { lazily } from "./lazily.ts";
import { syllablesOfHan } from "./pinyin.ts";

/**
 * Common Latin spellings of letters in other scripts: "letter=spelling,spelling"; a letter with an empty spelling may be
 * omitted. Pairs of letters are looked up before single ones. Normalised as by `latinOf` and `lettersOf`.
 */
const LETTERS =
  // Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian, Kazakh.
  "а=a б=b в=v,w,f г=g,h,gh ґ=g д=d е=e,ye,je,ie,yo,jo,io,o ж=zh,j,z з=z,s и=i,y,j,iy,ij,yi і=i,y,yi,ji к=k,c,q л=l м=m н=n о=o " +
  "п=p р=r с=s т=t у=u,ou ф=f,ph х=kh,h,ch,x ц=ts,tz,c,cz ч=ch,tch,c,cz,tsch ш=sh,sch,s,sz,ch щ=shch,sch,sh,stch,sht ъ=,a,u ы=y,i,yi " +
  "ь=,i,j,y э=e ю=yu,iu,ju,u,iou я=ya,ia,ja,a є=ye,ie,je,e ћ=c,ch ђ=dj,d,dz љ=lj,l њ=nj,n џ=dz,dzh,j ј=j,y,i ѕ=dz " +
  "қ=k,q ұ=u ү=u ә=a ң=n,ng ө=o ғ=g,gh һ=h ў=w,u кс=x,ks дж=j,dzh,dj,g др=dr,der тр=tr,ter ыи=y,i,yi,yj,iy " +
  // Greek.
  "α=a β=v,b γ=g,y,gh,j,ng δ=d,dh ε=e ζ=z η=i,e θ=th,t ι=i,y,j κ=k,c λ=l μ=m ν=n ξ=x,ks ο=o π=p ρ=r σ=s,z ς=s τ=t υ=y,i,u φ=f,ph " +
  "χ=ch,h,kh,x ψ=ps ω=o γκ=g,gk,ng μπ=b,mp,mb ντ=d,nt,nd ου=ou,u αι=ai,e,ae ει=ei,i οι=oi,i αυ=av,af,au ευ=ev,ef,eu γι=gi,yi,y,j τζ=tz,j,dj " +
  // Arabic, Persian, Urdu.
  "عبدال=abdul ا=a,e ب=b,p ت=t ث=th,s ج=j,g,dj ح=h خ=kh,k د=d ذ=dh,z,th ر=r ز=z س=s ش=sh,ch ص=s ض=d,dh,z ط=t ظ=z,dh ع=,a,e,i,o,u غ=gh,g ف=f,ph,v " +
  "ق=q,k,g,c ك=k,c,q ل=l م=m ن=n ه=h,a,ah و=w,v,u,o,ou,aw,ow ي=y,i,e,ai,ei,ay,ey,j,a ء= پ=p چ=ch ژ=zh,j گ=g ں=n ے=e,ay ٹ=t ڈ=d ڑ=r " +
  // Hebrew.
  "א=,a,e,i,o ב=b,v ג=g ד=d ה=h,a,e,ah,eh ו=v,o,u,w,ou ז=z ח=h,ch,kh ט=t י=i,y,j,e,ei,ai,ay כ=k,c,ch,kh ך=ch,kh,k ל=l מ=m ם=m נ=n ן=n " +
  "ס=s ע=,a,e,i,o,u פ=p,f,ph ף=f,ph,p צ=ts,tz,z ץ=ts,tz,z ק=k,c,q ר=r ש=sh,s,sch ת=t,th " +
  // Devanagari.
  "क=k,c,q ख=kh,k ग=g घ=gh,g ङ=n च=ch,c,chch छ=chh,ch ज=j,z झ=jh,j ञ=n,ny ट=t ठ=th,t ड=d,r ढ=dh,d,rh ण=n त=t थ=th द=d ध=dh,d न=n प=p फ=ph,f " +
  "ब=b भ=bh,b म=m य=y,i,j र=r ल=l व=v,w श=sh,s ष=sh स=s ह=h,gh ा=a ि=i,e ी=i,y,e ु=u,o ू=u,o े=e,ai,ay,ey ै=ai,e,ay,ei ो=o ौ=au,ou,o ृ=ri,ru " +
  "ं=n,m ँ=,n ः=,h ॉ=o,a ्= ़= अ=a आ=a इ=i,e ई=i,e उ=u ऊ=u,o ए=e,a ऐ=ai,e ओ=o औ=au,o ऋ=ri क्ष=ksh,x,ks ज्ञ=gy,gn,jn " +
  // Hangul, in parts of syllables.
  "ᄀ=g,k ᄁ=k,g ᄂ=n ᄃ=d,t ᄄ=t,d ᄅ=r,l ᄆ=m ᄇ=b,p ᄈ=p,b ᄉ=s,sh ᄊ=s ᄋ= ᄌ=j,ch ᄍ=j ᄎ=ch ᄏ=k ᄐ=t ᄑ=p ᄒ=h " +
  "ᅡ=a,ah ᅢ=ae,e,ai ᅣ=ya,ia ᅤ=yae ᅥ=eo,eoh,uh ᅦ=e ᅧ=yeo,yu,you ᅨ=ye,e ᅩ=o,oh ᅪ=wa ᅫ=wae ᅬ=oe,oi,we ᅭ=yo ᅮ=u,ou,wu ᅯ=wo,weo ᅰ=we ᅱ=wi,ui ᅲ=yu,you ᅳ=eu,u " +
  "ᅴ=ui,i,eui ᅵ=i,y ᆨ=k,g ᆫ=n ᆮ=t,d ᆯ=l,r ᆷ=m ᆸ=p,b ᆺ=t,s ᆼ=ng ᆽ=t ᆾ=t ᇀ=t ᇂ=,h ᅥᆼ=eong,ung,oung ᅥᆫ=eon,un,on ᅥᆯ=eol,ul ᅥᆨ=eok,uk ᅥᆷ=eom,um " +
  // Georgian, Armenian.
  "ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k,c ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p,ph,f ქ=k,q ღ=gh,g ყ=q,k ჩ=ch შ=sh ც=ts,c ძ=dz წ=ts,c ჭ=ch,tch ხ=kh,h " +
  "ჯ=j ჰ=h ա=a բ=b գ=g,k դ=d,t ե=e,ye զ=z է=e ը=,y,e թ=t ժ=zh ի=i լ=l խ=kh ծ=ts,tz կ=k,g հ=h ձ=dz ղ=gh ճ=ch,tch մ=m յ=y,h ն=n շ=sh ո=o,vo չ=ch պ=p,b ջ=j ռ=r ս=s " +
  "վ=v տ=t,d ր=r ց=ts ու=u,ou և=ev օ=o ֆ=f ք=k";

/** Kana syllables by consonant, with the vowels a, i, u, e, o in order; "-" where there is none. */
const KANA_ROWS =
  "=アイウエオ k,c=カキクケコ g=ガギグゲゴ s=サ-スセソ z=ザ-ズゼゾ t=タ--テト d=ダ--デド n=ナニヌネノ h=ハヒ-ヘホ b,v=バビブベボ p=パピプペポ m=マミムメモ y=ヤ-ユ-ヨ r,l=ラリルレロ w=ワ---ヲ";
const KANA =
  "シ=shi,si,ci,sh ジ=ji,gi,zi,j ヂ=ji チ=chi,ti,ch ツ=tsu,tu,ts,tz ヅ=zu フ=fu,hu,f,ph ン=n,m ッ= ー=,h,r ヴ=v,vu ウ=u,w, ス=s,su,th ズ=z,zu,s ク=k,ku,c,cu,ck グ=g,gu " +
  "ト=t,to ド=d,do ム=m,mu ル=r,l,ru,lu ブ=b,bu,v プ=p,pu イ=i,y シャ=sha,sia シュ=shu,sh ショ=sho ジャ=ja ジュ=ju ジョ=jo,joh チャ=cha チュ=chu チョ=cho シェ=she ジェ=je チェ=che " +
  "キャ=kya,ca キュ=kyu キョ=kyo リャ=rya リュ=ryu リョ=ryo ニャ=nya ニュ=nyu,nu ニョ=nyo ヒャ=hya ヒュ=hyu,hu ヒョ=hyo ギャ=gya ギュ=gyu ギョ=gyo ビャ=bya ビュ=byu ビョ=byo ミャ=mya ミュ=myu,mu ミョ=myo " +
  "ティ=ti,ty ディ=di,dy ファ=fa,pha フィ=fi,phi,fy フェ=fe,phe フォ=fo,pho ウィ=wi,vi ウェ=we ウォ=wo ヴァ=va ヴィ=vi,vy ヴェ=ve ヴォ=vo デュ=du テュ=tu";

/** Surnames with a customary Latin spelling; only at the beginning of a name. */
const FIRST_SYLLABLES =
  "이=i,li,yi,ri 박=park,pak,bak 최=choi,choe,che 임=im,lim,rim 노=no,noh,ro,roh 류=ryu,yu,lyu 유=yu,you,ryu 정=jeong,jung,chung,joung 허=heo,hur,huh 여=yeo,yo 조=jo,cho,joh 우=u,wu";

const spellingsOf = lazily(
  (): ReadonlyMap<string, readonly string[]> =>
    new Map([
      ...entriesOf(LETTERS),
      ...KANA_ROWS.split(" ").flatMap((row): [string, string[]][] => {
        const [consonants = "", syllables = ""] = row.split("=");
        return Array.from(syllables, (syllable, at): [string, string[]] => [
          syllable,
          consonants.split(",").map((consonant) => consonant + "aiueo".charAt(at)),
        ]);
      }),
      ...entriesOf(KANA),
      ...syllablesOfHan(),
    ]),
);
const firstSyllables = lazily(
  (): ReadonlyMap<string, readonly string[]> =>
    new Map(entriesOf(FIRST_SYLLABLES).map(([syllable, spellings]) => [syllable.normalize("NFD"), spellings])),
);

function entriesOf(table: string): [string, string[]][] {
  return table.split(" ").flatMap((entry): [string, string[]][] => {
    const [letter = "", spellings] = entry.split("=");
    return spellings === undefined ? [] : [[letter, spellings.split(",")]];
  });
}

/** Vowels that may be inserted between consonants in scripts that omit vowels. */
const UNWRITTEN = ["", "a", "e", "i", "o", "u"];
/** The inherent vowel of Indic letters. */
const INHERENT = ["", "a", "e"];
const ARABIC_CONSONANT = /[بتثجحخدذرزسشصضطظعغفقكلمنهويپچژگٹڈڑבגדהוזחטיכלמנסעפצקרשתךםןףץ]/u;
const INDIC_CONSONANT = /[क-ह]/u;
const INDIC_SIGN = /[\u093E-\u094D]/u;
/** Spellings of the Arabic article, whose l is often written as the letter that follows. */
const ARTICLE = ["", "al", "el", "ul", "az", "as", "es", "ar", "er", "an", "en", "ash", "ad", "ed", "at", "et"];
const LONGEST_LETTERS = 5;

/** The spellings of each letter. */
export type Romanisation = readonly (readonly string[])[];

/** Longer words are not compared with Latin ones. */
const LONGEST_WORD = 40;

/**
 * The possible Latin spellings of a word in another script; null for a Latin word, or if a letter is unknown.
 *
 * @param family whether a family name may begin here
 */
export function romanisationsOf(word: string, family = true): Romanisation | null {
  if (/^[\p{Script=Latin}\p{N}]*$/u.test(word) || word.length > LONGEST_WORD) return null;
  let letters = lettersOf(word);
  const units: (readonly string[])[] = [];
  if (/^ال../u.test(letters)) {
    units.push(ARTICLE);
    letters = letters.slice(2);
  } else if (letters.startsWith("ا")) {
    units.push(["a", "e", "i", "o", "u"]);
    letters = letters.slice(1);
  }
  let before = "";
  for (let at = 0; at < letters.length;) {
    const first = at === 0 && family ? firstSyllable(letters) : null;
    let length = first === null ? Math.min(LONGEST_LETTERS, letters.length - at) : first.length;
    let spellings = first === null ? undefined : firstSyllables().get(first);
    while (spellings === undefined && length > 0) {
      spellings = spellingsOf().get(letters.slice(at, at + length));
      if (spellings === undefined) length -= 1;
    }
    if (spellings === undefined) return null;
    const letter = letters.charAt(at);
    if (ARABIC_CONSONANT.test(before) && ARABIC_CONSONANT.test(letter)) units.push(UNWRITTEN);
    units.push(spellings);
    at += length;
    before = letters.charAt(at - 1);
    if (INDIC_CONSONANT.test(before) && !INDIC_SIGN.test(letters.charAt(at))) units.push(INHERENT);
  }
  return units;
}

/**
 * The Latin spellings of a whole name without spaces. Chinese and Korean names have no spaces and begin with the family
 * name; in Latin letters it can be first or last.
 */
export function romanisationsOfName(joined: string): readonly Romanisation[] {
  const whole = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u.test(joined)
    ? romanisationsOf(joined)
    : null;
  if (whole === null) return [];
  if (!/^[\p{Script=Han}\p{Script=Hangul}]+$/u.test(joined)) return [whole];
  const syllables = Array.from(joined.normalize("NFC"));
  const turned = [1, 2].flatMap((length) => {
    if (syllables.length <= length) return [];
    const family = romanisationsOf(syllables.slice(0, length).join(""));
    const given = romanisationsOf(syllables.slice(length).join(""), false);
    return family === null || given === null ? [] : [[...given, ...family]];
  });
  return [whole, ...turned];
}

function firstSyllable(letters: string): string | null {
  const syllable = /^[\u1100-\u1112][\u1161-\u1175][\u11A8-\u11C2]?/u.exec(letters)?.[0];
  return syllable !== undefined && firstSyllables().has(syllable) ? syllable : null;
}

/** Normalises letters for the table: decomposed Hangul, one kind of kana, double letters once. */
function lettersOf(word: string): string {
  if (/^\p{Script=Hangul}/u.test(word)) return word.normalize("NFD");
  return word
    .normalize("NFC")
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/[ىیئ]/g, "ي")
    .replace(/[ةہھ]/g, "ه")
    .replaceAll("ک", "ك")
    .replace(/\u0902(?=[नम])/g, "")
    .replace(/(\p{L})\u094D?\1/gu, "$1")
    .replaceAll("\u093C", "");
}

/** Normalises a Latin word for comparison: long vowels by sound, double letters once, mute h dropped. */
export function latinOf(word: string): string {
  return word
    .replaceAll("ee", "i")
    .replaceAll("oo", "u")
    .replaceAll("ck", "k")
    .replace(/(\p{L})\1+/gu, "$1");
}

/** Whether a Latin word is one of the spellings from `romanisationsOf`. Time: letters × letters. */
export function isWayToWrite(latin: string, units: Romanisation): boolean {
  const text = latinOf(latin);
  let reached = new Set([0]);
  for (const spellings of units) {
    const next = new Set<number>();
    for (const at of reached) {
      // Double letters are single in the text.
      for (const spelling of spellings)
        for (const from of at > 0 && spelling !== "" ? [at, at - 1] : [at])
          if (text.startsWith(spelling, from)) next.add(from + spelling.length);
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(text.length);
}
